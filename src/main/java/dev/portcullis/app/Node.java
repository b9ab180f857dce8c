package dev.portcullis.app;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.Logs;
import dev.portcullis.audit.Meters;
import dev.portcullis.audit.NodeMetrics;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.Cluster;
import dev.portcullis.cluster.ClusterUnjoined;
import dev.portcullis.store.EmbeddedStore;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreTimes;
import dev.portcullis.store.StoreTimes.Operation;
import dev.portcullis.store.StoreUnopened;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node. What was started last is stopped first; a start that breaks off stops what it had started. */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final LongSupplier CLOCK = System::currentTimeMillis;
    private static final long PATIENCE_SECONDS = 20;

    private final Deque<Stop> stops = new ArrayDeque<>();
    private final NodeConfig config;
    private final StoreOpening opening;
    private int httpPort;
    private int adminPort;

    /** How the store comes about. A seam of its own, so that a test can let a disk fail under a whole node. */
    @FunctionalInterface
    public interface StoreOpening {
        EmbeddedStore open(StoreConfig config, StoreTimes times) throws StoreUnopened;
    }

    private Node(NodeConfig config, StoreOpening opening) {
        this.config = config;
        this.opening = opening;
    }

    /** Blocks until the node is ready. */
    public static Node start(NodeConfig config) throws StartFailure {
        return start(config, EmbeddedStore::open);
    }

    public static Node start(NodeConfig config, StoreOpening opening) throws StartFailure {
        Node node = new Node(config, opening);
        try {
            node.open();
            return node;
        } catch (Exception broken) {
            node.close();
            throw explained(broken);
        }
    }

    public int httpPort() {
        return httpPort;
    }

    public int adminPort() {
        return adminPort;
    }

    /** Drains and stops. Blocks for as long as the drain window says, and a little more. */
    @Override
    public void close() {
        while (!stops.isEmpty()) {
            try {
                stops.pop().run();
            } catch (Exception broken) {
                LOG.error("a part of the node did not stop well", broken);
            }
        }
    }

    private void open() throws Exception {
        String name = NodeName.next();
        Logs.nameNode(name);
        NodeMetrics metrics = started(new NodeMetrics());
        Meters meters = new Meters(metrics.registry());
        EmbeddedStore store =
                started(opening.open(config.store(), meters.storeOperations(Operation.class, Operation::word)::took));
        Audit audit = new Audit(config.audit(), CLOCK);
        stops.push(audit::end);
        Vertx vertx = config.cluster().enabled()
                ? clustered(name, metrics, meters)
                : builder(metrics).with(options(metrics)).build();
        stops.push(() -> await(vertx.close()));
        Bus bus = new Bus(vertx, name, config.bus(), meters.busRequests(Stage.class, Stage::word)::took);
        Storage storage = await(EmbeddedStorage.open(store, config, CLOCK));
        Stages stages = new Stages(new Ground(vertx, bus, storage, metrics, meters, audit, CLOCK), config);
        stops.push(() -> stages.stop(
                PATIENCE_SECONDS + TimeUnit.MILLISECONDS.toSeconds(config.edge().drainMs())));
        await(stages.start());
        httpPort = stages.httpPort();
        adminPort = stages.adminPort();
        audit.event(AuditEvent.of(EventName.NODE_START));
        stops.push(() -> audit.event(AuditEvent.of(EventName.NODE_STOP)));
    }

    /** The store is asked before there is a clustered Vert.x: it knows whom this node would meet. */
    private Vertx clustered(String name, NodeMetrics metrics, Meters meters) throws Exception {
        StoreTimes times = meters.storeOperations(Operation.class, Operation::word)::took;
        Cluster cluster = started(Cluster.join(
                config.cluster(),
                new Cluster.Newcomer(name, Version.number(), NodeFacts.of(config)),
                vertx -> RedisStore.open(vertx, config.store().redis(), times)));
        return await(cluster.build(builder(metrics), options(metrics)));
    }

    private static VertxBuilder builder(NodeMetrics metrics) {
        return Vertx.builder().withMetrics(metrics.vertxMetrics());
    }

    /** As many event loops as cores: stages on one loop hand over without waking a thread. */
    private static VertxOptions options(NodeMetrics metrics) {
        return new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setMaxEventLoopExecuteTime(200)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                .setMetricsOptions(metrics.vertxOptions());
    }

    private static StartFailure explained(Exception broken) {
        if (broken instanceof StartFailure known) {
            return known;
        }
        if (broken instanceof StoreUnopened || broken instanceof ClusterUnjoined) {
            return new StartFailure(String.valueOf(broken.getMessage()));
        }
        LOG.error("the start broke off", broken);
        return new StartFailure("the node could not start; the log has the story");
    }

    private <T extends AutoCloseable> T started(T part) {
        stops.push(part::close);
        return part;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Undoes one step of the start. */
    private interface Stop {
        void run() throws Exception;
    }
}
