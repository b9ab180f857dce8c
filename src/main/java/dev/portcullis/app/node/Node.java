package dev.portcullis.app.node;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.app.config.ConfigSource;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.assembly.NodeServices;
import dev.portcullis.app.node.live.LiveSettings;
import dev.portcullis.app.node.live.NodeSharedSettings;
import dev.portcullis.app.node.store.EmbeddedStores;
import dev.portcullis.app.node.store.NodeArchive;
import dev.portcullis.app.node.store.RedisStores;
import dev.portcullis.app.node.store.Stores;
import dev.portcullis.archive.ArchiveConfig;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.archive.postgres.PostgresArchive;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.chain.AuditHeadStore;
import dev.portcullis.audit.logging.LogContext;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.audit.tracing.ExemplarSpan;
import dev.portcullis.audit.tracing.Tracing;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.Cluster;
import dev.portcullis.cluster.ClusterJoin;
import dev.portcullis.cluster.ClusterVerticle;
import dev.portcullis.config.SettingChange;
import dev.portcullis.edge.WarmUp;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.codec.FrameDecoder;
import dev.portcullis.resilience.Standstill;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.StoreTimer;
import dev.portcullis.store.StoreTimer.Operation;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.ReplicaAcks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running node. Parts stop in the reverse order of their start; a failed start stops what it had started. */
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final LongSupplier CLOCK = System::currentTimeMillis;
    private static final long TIMEOUT_SECONDS = 20;

    private final Deque<Stop> stops = new ArrayDeque<>();
    private final ConfigSource source;
    private final NodeConfig config;
    private final StoreOpening opening;
    private final ProcessEnd end;
    private final NodeName name;
    private @Nullable Vertx vertx;
    private @Nullable NodeDeployment deployment;
    private int httpPort;
    private int adminPort;
    private int clusterNodes;
    private List<String> missing = List.of();

    /** How the store is opened. A separate interface, so that a test can make the disk fail under a whole node. */
    @FunctionalInterface
    public interface StoreOpening {
        EmbeddedStore open(StoreConfig config, StoreTimer times) throws StoreOpenException;
    }

    private Node(ConfigSource source, StoreOpening opening, ProcessEnd end, NodeName name) {
        this.source = source;
        this.config = source.config();
        this.opening = opening;
        this.end = end;
        this.name = name;
    }

    public static Node start(NodeConfig config, StoreOpening opening, ProcessEnd end) throws StartupException {
        return start(ConfigSource.fixed(config), opening, end, NodeName.of(config));
    }

    /**
     * Blocks until the node has started. It may still lack something, such as a stage on another node.
     *
     * @param name a name that the starts of one process share
     */
    public static Node start(ConfigSource source, StoreOpening opening, ProcessEnd end, NodeName name)
            throws StartupException {
        Node node = new Node(source, opening, end, name);
        try {
            node.open();
            return node;
        } catch (Exception failure) {
            Thread.interrupted(); // of a stop request, or the started parts could not be stopped
            node.close();
            throw toStartupException(failure);
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

    /** The checks of {@code /health/ready} that were down when the node had started. */
    public List<String> missing() {
        return missing;
    }

    /** The number of nodes, this one included, when this one had started. */
    public int clusterNodes() {
        return clusterNodes;
    }

    /**
     * Reads the configuration again and puts what has changed in force, all of it or nothing. Never fails.
     *
     * @param cluster all nodes of the cluster read theirs, or this one alone
     */
    public Future<Result<List<SettingChange>, ReloadRefusal>> reload(boolean cluster) {
        return Objects.requireNonNull(deployment).reload(cluster);
    }

    /** Drains and stops in less time than is planned, for a node that can't serve any more. */
    public void closeWithin(long drainMs) {
        Objects.requireNonNull(deployment).drainWithin(drainMs);
        close();
    }

    /** Drains and stops. Blocks for the drain window and a little longer. */
    @Override
    public void close() {
        while (!stops.isEmpty()) {
            try {
                stops.pop().run();
            } catch (Exception failure) {
                LOG.atError()
                        .addKeyValue("event", "node.stop.failed")
                        .setCause(failure)
                        .log("a part of the node failed to stop");
            }
        }
    }

    private void open() throws Exception {
        ApiContract.prepare(); // finds an error of the build at the start, as the next call does
        if (config.runs(Stage.EDGE)) {
            FrameDecoder.prepare();
        }
        HostResolution.choose(config);
        String name = this.name.value();
        LogContext.setNodeName(name);
        MetricsRegistry registry =
                started(config.tracing().enabled() ? new MetricsRegistry(new ExemplarSpan()) : new MetricsRegistry());
        Metrics metrics = new Metrics(registry.registry());
        Optional<Tracing> tracing = config.tracing().enabled()
                ? Optional.of(started(Tracing.open(config.tracing(), name, Version.number(), metrics)))
                : Optional.empty();
        metrics.measure(
                Metric.TRACE_SPANS_WAITING, () -> tracing.map(Tracing::waiting).orElse(0));
        StoreTimer times = metrics.timers(Metric.STORE, Operation.class, Operation::id)::accept;
        Optional<EmbeddedStore> embedded =
                config.usesRedis() ? Optional.empty() : Optional.of(started(opening.open(config.store(), times)));
        NodeAudit audit = started(NodeAudit.open(config, name, metrics, CLOCK));
        Optional<Cluster> cluster = config.cluster().enabled() ? Optional.of(join(name, times)) : Optional.empty();
        Vertx vertx = await(NodeVertx.open(config, cluster, registry, tracing));
        this.vertx = vertx;
        stops.push(() -> await(vertx.close()));
        WorkerPool workers =
                started(new WorkerPool(vertx, "worker", config.workers(), () -> metrics.count(Metric.WORKERS_REFUSED)));
        metrics.measure(Metric.WORKERS_QUEUED, workers::queued);
        OutgoingMetrics outgoing = new OutgoingMetrics(metrics);
        KeyRing keys = started(new KeyRing(
                vertx,
                workers,
                config.auth().tokens().keys().within(config.bus().deadlineMs()),
                metrics,
                outgoing));
        LiveSettings live = await(LiveSettings.open(keys, config));
        Bus bus = new Bus(vertx, name, config.bus(), metrics);
        Optional<RedisStore> redis = config.usesRedis() ? Optional.of(openRedis(times)) : Optional.empty();
        IntConsumer trimmed = count -> metrics.count(Metric.INBOX_TRIMMED, count);
        Optional<ArchiveStore> archive = openArchive(metrics).map(ArchiveStore.class::cast);
        Stores stores = redis.isPresent()
                ? new RedisStores(redis.get(), config, live, trimmed, archive)
                : await(EmbeddedStores.open(embedded.orElseThrow(), config, live, CLOCK, trimmed, archive));
        stores.archive().flatMap(NodeArchive::index).ifPresent(index -> stops.push(index::close));
        Optional<ClusterVerticle> peers = cluster.flatMap(joined -> redis.map(shared -> joined.newVerticle(
                bus, shared, new ClusterReactions(bus, vertx, stores.lanes(), metrics, end.isolated()))));
        Standstill standstill = Standstill.watched(config.bus().deadlineMs());
        stops.push(standstill::close);
        NodeServices services = new NodeServices(
                vertx,
                bus,
                peers,
                workers,
                live,
                registry,
                metrics,
                tracing,
                outgoing,
                audit.audit(),
                audit.trail(),
                stores::millis,
                standstill::mayHaveHeld);
        audit.start(vertx, new AuditHeadStore(stores.rows()), metrics);
        stops.push(audit::close); // before the store, which takes the end of the chain
        Future<?> warmUp = config.runs(Stage.EDGE)
                ? WarmUp.begin(config.http(), config.edge().socket(), config.auth())
                : Future.succeededFuture();
        NodeDeployment deployment = new NodeDeployment(services, stores, source, end);
        this.deployment = deployment;
        stops.push(() -> deployment.stop(
                TIMEOUT_SECONDS + TimeUnit.MILLISECONDS.toSeconds(config.edge().drainMs())));
        await(warmUp);
        awaitStages(deployment);
        httpPort = deployment.httpPort();
        adminPort = deployment.adminPort();
        clusterNodes = deployment.clusterNodes();
        missing = deployment.missing();
        AuditEvent start = AuditEvent.of(EventName.NODE_START);
        services.audit().event(missing.isEmpty() ? start : start.detail(String.join(", ", missing)));
        stops.push(() -> services.audit().event(AuditEvent.of(EventName.NODE_STOP)));
    }

    /** The archive that several nodes share; empty where there is none, or the store has one of its own. */
    private Optional<PostgresArchive> openArchive(Metrics metrics) throws Exception {
        Optional<PostgresArchive> archive = config.archive().kind() == ArchiveConfig.Kind.POSTGRES
                ? Optional.of(await(PostgresArchive.open(
                        vertx(), config.postgres(), entries -> metrics.count(Metric.ARCHIVE_SUPERSEDED, entries))))
                : Optional.empty();
        archive.ifPresent(opened -> stops.push(() -> await(opened.close())));
        metrics.measure(
                Metric.ARCHIVE_CALLS_WAITING,
                () -> archive.map(PostgresArchive::waiting).orElse(0));
        return archive;
    }

    private RedisStore openRedis(StoreTimer times) throws Exception {
        ReplicaAcks acks = config.redis().acks().within(config.bus().deadlineMs());
        RedisStore redis = await(RedisStore.open(vertx(), config.redis().with(acks), times));
        name.appeared();
        redis.reportAckSafety();
        stops.push(() -> await(redis.close()));
        return redis;
    }

    /** The store is asked before the clustered Vert.x is built, because it knows which nodes this one would join. */
    private Cluster join(String name, StoreTimer times) throws Exception {
        ClusterJoin.JoiningNode joining =
                new ClusterJoin.JoiningNode(name, Version.number(), NodeSharedSettings.of(config));
        return started(ClusterJoin.join(
                config.cluster(),
                joining,
                vertx -> RedisStore.open(vertx, config.redis().with(ReplicaAcks.NONE), times)
                        .onSuccess(any -> this.name.appeared())));
    }

    private static StartupException toStartupException(Exception failure) {
        return StartupException.explain(failure, TIMEOUT_SECONDS).orElseGet(() -> {
            LOG.atError()
                    .addKeyValue("event", "node.start.failed")
                    .setCause(failure)
                    .log("the start failed");
            return new StartupException("the node could not start; see the log");
        });
    }

    private static void awaitStages(NodeDeployment deployment) throws Exception {
        try {
            await(deployment.start());
        } catch (StoreOpenException storeFailure) {
            throw StartupException.temporary(String.valueOf(storeFailure.getMessage()));
        } catch (TimeoutException timeout) {
            throw StartupException.notReady(deployment.awaited(), TIMEOUT_SECONDS);
        }
    }

    private <T extends AutoCloseable> T started(T part) {
        stops.push(part::close);
        return part;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /** Undoes one step of the start. */
    private interface Stop {
        void run() throws Exception;
    }
}
