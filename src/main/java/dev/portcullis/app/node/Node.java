package dev.portcullis.app.node;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.logging.LogContext;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.Cluster;
import dev.portcullis.cluster.ClusterJoinException;
import dev.portcullis.edge.WarmUp;
import dev.portcullis.edge.tcp.AcceptTransport;
import dev.portcullis.protocol.codec.FrameDecoder;
import dev.portcullis.protocol.codec.UnsupportedSchemaException;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.StoreTimer;
import dev.portcullis.store.StoreTimer.Operation;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.streams.lane.EarlyLeaseExpiry;
import dev.portcullis.streams.redis.RedisLaneStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.transport.Transport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
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
    private final Runnable onIsolated;
    private @Nullable Vertx vertx;
    private int httpPort;
    private int adminPort;
    private int clusterNodes;
    private List<String> missing = List.of();

    /** How the store comes about. A seam of its own, so that a test can let a disk fail under a whole node. */
    @FunctionalInterface
    public interface StoreOpening {
        EmbeddedStore open(StoreConfig config, StoreTimer times) throws StoreOpenException;
    }

    private Node(NodeConfig config, StoreOpening opening, Runnable deaf) {
        this.config = config;
        this.opening = opening;
        this.onIsolated = deaf;
    }

    /**
     * Blocks until the node has started. It may still miss something that it needs, such as a stage on another node.
     *
     * @param deaf what to do when the other nodes can't be heard any more, so that this one is of no use
     */
    public static Node start(NodeConfig config, StoreOpening opening, Runnable deaf) throws StartupException {
        Node node = new Node(config, opening, deaf);
        try {
            node.open();
            return node;
        } catch (Exception broken) {
            Thread.interrupted(); // by the order to stop, which does not mean that what was started is left as it is
            node.close();
            throw explained(broken);
        }
    }

    public Vertx vertx() {
        return Objects.requireNonNull(vertx);
    }

    public int httpPort() {
        return httpPort;
    }

    public int adminPort() {
        return adminPort;
    }

    /** What kept it from being ready once it had started: the checks of {@code /health/ready} that were down. */
    public List<String> missing() {
        return missing;
    }

    /** How many nodes were there when this one had started, itself among them. */
    public int clusterNodes() {
        return clusterNodes;
    }

    /** Drains and stops. Blocks for as long as the drain window says, and a little more. */
    @Override
    public void close() {
        while (!stops.isEmpty()) {
            try {
                stops.pop().run();
            } catch (Exception broken) {
                LOG.atError()
                        .addKeyValue("event", "node.stop.failed")
                        .setCause(broken)
                        .log("a part of the node did not stop well");
            }
        }
    }

    private void open() throws Exception {
        if (config.runs(Stage.EDGE)) {
            FrameDecoder.prepare(); // an error of the build, which no client should be the first to meet
        }
        HostResolution.choose(config);
        String name = NodeName.next();
        LogContext.setNodeName(name);
        MetricsRegistry metrics = started(new MetricsRegistry());
        Metrics meters = new Metrics(metrics.registry());
        StoreTimer times = meters.storeOperations(Operation.class, Operation::id)::record;
        Optional<EmbeddedStore> own =
                config.usesRedis() ? Optional.empty() : Optional.of(started(opening.open(config.store(), times)));
        Audit audit = new Audit(config.audit(), CLOCK);
        stops.push(audit::close);
        Optional<Cluster> cluster = config.cluster().enabled() ? Optional.of(join(name, times)) : Optional.empty();
        Transport transport = AcceptTransport.fastest();
        Vertx vertx = await(cluster.map(joined -> joined.build(
                                builder(metrics, joined.guard(transport)), options(metrics))
                        .recover(broken -> Future.failedFuture(StartupException.ofListener(
                                config.busListener(), broken, "cluster.host", "cluster.bus.port"))))
                .orElseGet(() -> Future.succeededFuture(
                        builder(metrics, transport).with(options(metrics)).build())));
        this.vertx = vertx;
        stops.push(() -> await(vertx.close()));
        Bus bus = new Bus(vertx, name, config.bus(), BusMetrics.of(meters));
        NodeServices services = own.isPresent()
                ? new NodeServices(
                        vertx,
                        bus,
                        await(EmbeddedStores.open(own.get(), config, CLOCK)),
                        Optional.empty(),
                        metrics,
                        meters,
                        audit,
                        CLOCK)
                : onRedis(vertx, bus, cluster, times, metrics, meters, audit);
        Optional<WarmUp.Walk> warmUp =
                config.runs(Stage.EDGE) // beside the start of the stages, not while a store is awaited
                        ? Optional.of(WarmUp.begin(config.http(), config.edge().socket(), config.auth()))
                        : Optional.empty();
        NodeDeployment deployment = new NodeDeployment(services, config);
        stops.push(() -> deployment.stop(
                PATIENCE_SECONDS + TimeUnit.MILLISECONDS.toSeconds(config.edge().drainMs())));
        if (warmUp.isPresent()) {
            warmUp.get().await();
        }
        awaitStages(deployment);
        httpPort = deployment.httpPort();
        adminPort = deployment.adminPort();
        clusterNodes = deployment.clusterNodes();
        missing = deployment.missing();
        AuditEvent start = AuditEvent.of(EventName.NODE_START);
        audit.event(missing.isEmpty() ? start : start.detail(String.join(", ", missing)));
        stops.push(() -> audit.event(AuditEvent.of(EventName.NODE_STOP)));
    }

    private NodeServices onRedis(
            Vertx vertx,
            Bus bus,
            Optional<Cluster> cluster,
            StoreTimer times,
            MetricsRegistry metrics,
            Metrics meters,
            Audit audit)
            throws Exception {
        RedisStore redis = await(RedisStore.open(vertx, config.redis(), times));
        stops.push(() -> await(redis.close()));
        Stores stores = RedisStores.of(redis, config);
        EarlyLeaseExpiry look = new EarlyLeaseExpiry(vertx, new RedisLaneStore(redis));
        return new NodeServices(
                vertx,
                bus,
                stores,
                cluster.map(
                        joined -> joined.newVerticle(bus, redis, new ClusterReactions(bus, look, meters, onIsolated))),
                metrics,
                meters,
                audit,
                stores::millis);
    }

    /** The store is asked before there is a clustered Vert.x: it knows whom this node would meet. */
    private Cluster join(String name, StoreTimer times) throws Exception {
        return started(Cluster.join(
                config.cluster(),
                new Cluster.JoiningNode(name, Version.number(), NodeSharedSettings.of(config)),
                vertx -> RedisStore.open(vertx, config.redis(), times)));
    }

    private static VertxBuilder builder(MetricsRegistry metrics, Transport transport) {
        return Vertx.builder().withMetrics(metrics.vertxMetrics()).withTransport(AcceptTransport.over(transport));
    }

    /**
     * As many event loops as cores: stages on one loop hand over without waking a thread. A loop that is blocked for a
     * second is worth a line; a start on a busy machine loads classes for a good part of that.
     */
    private static VertxOptions options(MetricsRegistry metrics) {
        return new VertxOptions()
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setMaxEventLoopExecuteTime(1)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS)
                .setMetricsOptions(metrics.vertxOptions());
    }

    private static StartupException explained(Exception broken) {
        if (broken instanceof StartupException known) {
            return known;
        }
        if (broken instanceof UnsupportedSchemaException) {
            return new StartupException(line(broken));
        }
        if (broken instanceof StoreOpenException unopened) {
            return unopened.mayPass() ? StartupException.passing(line(broken)) : new StartupException(line(broken));
        }
        if (broken instanceof ClusterJoinException unjoined) {
            return unjoined.mayPass() ? StartupException.passing(line(broken)) : new StartupException(line(broken));
        }
        if (broken instanceof InterruptedException) {
            return new StartupException("told to stop before the node was ready");
        }
        if (broken instanceof TimeoutException) {
            return StartupException.passing("the store or the cluster did not answer within " + PATIENCE_SECONDS
                    + " s while the node started: look at their logs, or give the machine room");
        }
        if (broken instanceof StoreFailure) {
            return StartupException.passing("the store went away, or was too slow, while the node started ("
                    + broken.getMessage() + "); mend it and start again");
        }
        LOG.atError().addKeyValue("event", "node.start.failed").setCause(broken).log("the start broke off");
        return new StartupException("the node could not start; the log has the story");
    }

    private static String line(Exception broken) {
        return String.valueOf(broken.getMessage());
    }

    private static void awaitStages(NodeDeployment deployment) throws Exception {
        try {
            await(deployment.start());
        } catch (StoreOpenException untaken) {
            throw StartupException.passing(String.valueOf(untaken.getMessage()));
        } catch (TimeoutException late) {
            throw StartupException.passing("the node was not ready within " + PATIENCE_SECONDS
                    + " s; it was waiting for " + deployment.awaited()
                    + ", which did not answer: look at its log, or give the machine room");
        }
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
