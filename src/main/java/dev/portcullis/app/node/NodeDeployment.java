package dev.portcullis.app.node;

import dev.portcullis.admin.AdminVerticle;
import dev.portcullis.admin.Health;
import dev.portcullis.admin.Health.State;
import dev.portcullis.admin.NodeControl;
import dev.portcullis.admin.NodeControl.Checkpoints;
import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.admin.node.NodeLoads;
import dev.portcullis.admin.node.NodeStatistics;
import dev.portcullis.app.checkpoint.BackupStore;
import dev.portcullis.app.checkpoint.BackupStore.LastBackup;
import dev.portcullis.app.checkpoint.CheckpointFolders;
import dev.portcullis.app.checkpoint.CheckpointMaker;
import dev.portcullis.app.checkpoint.NodeCheckpoints;
import dev.portcullis.app.config.ConfigSource;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.assembly.AdminAssembly;
import dev.portcullis.app.node.assembly.ArchiveAssembly;
import dev.portcullis.app.node.assembly.AuthAssembly;
import dev.portcullis.app.node.assembly.BroadcastAssembly;
import dev.portcullis.app.node.assembly.EdgeAssembly;
import dev.portcullis.app.node.assembly.HooksAssembly;
import dev.portcullis.app.node.assembly.NodeServices;
import dev.portcullis.app.node.assembly.RateLimitAssembly;
import dev.portcullis.app.node.assembly.RoomsAssembly;
import dev.portcullis.app.node.assembly.StageAssembly;
import dev.portcullis.app.node.assembly.StopSteps;
import dev.portcullis.app.node.assembly.UserAssembly;
import dev.portcullis.app.node.live.NodeReload;
import dev.portcullis.app.node.live.Reloads;
import dev.portcullis.app.node.store.NodeArchive;
import dev.portcullis.app.node.store.StageStores;
import dev.portcullis.app.node.store.Stores;
import dev.portcullis.archive.MessageIndex;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.ClusterVerticle;
import dev.portcullis.config.SettingChange;
import dev.portcullis.edge.Edge;
import dev.portcullis.protocol.Result;
import dev.portcullis.ratelimit.ban.SharedAddresses;
import dev.portcullis.resilience.TimersInStep;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.lane.NodeIncarnation;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Deploys the parts of a node: monitoring first, then the stages that answer requests, the edge last. Each stage is put
 * together by an assembly class of its own.
 */
final class NodeDeployment {
    private final NodeServices services;
    private final Runnable stopProcess;
    private final Vertx vertx;
    private final Stores stores;
    private final NodeConfig config;
    private final Optional<ClusterVerticle> cluster;
    private final StopSteps stops = new StopSteps();
    private final NodeIncarnation nodeIncarnation;
    private final StageStores stageStores;
    private final SharedAddresses shared;
    private final UserAssembly users;
    private final Optional<EdgeAssembly> edge;
    private final LaneVerticle lanes;
    private final Readiness readiness;
    private final Health health;
    private final Reloads reloads;
    private final Optional<NodeCheckpoints> checkpoints;
    private final AdminAssembly operators;
    private final NodeStatistics statistics;
    private final NodeLoads loads;
    private volatile int adminPort;
    private volatile String awaited = "the maintenance of the store";

    NodeDeployment(NodeServices services, Stores stores, ConfigSource source, ProcessEnd end) {
        this.services = services;
        this.stopProcess = end.stop();
        this.vertx = services.vertx();
        this.stores = stores;
        this.config = source.config();
        this.cluster = services.cluster();
        this.nodeIncarnation = new NodeIncarnation(services.bus().node());
        this.stageStores = new StageStores(
                stores,
                () -> services.live().bans().get().max(),
                config.streams().resumeEntries());
        this.shared =
                new SharedAddresses(services.live().bans()::get, config.http().trustedProxies());
        this.users = new UserAssembly(services, config);
        this.edge = config.runs(Stage.EDGE)
                ? Optional.of(new EdgeAssembly(
                        services,
                        stageStores.edge(),
                        config,
                        shared,
                        users,
                        nodeIncarnation,
                        this::readLane,
                        this::takesClients,
                        stops))
                : Optional.empty();
        this.lanes = new LaneVerticle(
                stores.lanes(), nodeIncarnation, config.edge().cutoffs().intervalMs(), services.clock());
        this.readiness = new Readiness(
                stores,
                lanes,
                services.bus(),
                edge.isPresent(),
                services.live().keyReadiness(),
                config.auditFile(),
                services.trail());
        this.health = readiness.health(services.audit());
        this.operators = new AdminAssembly(services, config, users);
        this.statistics = operators.statistics(readiness::state, nodeIncarnation, Version.number());
        this.loads = new NodeLoads(services.bus(), statistics::load);
        this.reloads = new Reloads(
                vertx,
                services.bus(),
                cluster,
                source,
                services.live(),
                edge.map(EdgeAssembly::reloaded).orElse(NodeReload.Edge.NONE),
                stores.rows(),
                services.audit(),
                services.clock(),
                end.isolated());
        this.checkpoints = stores.embedded().flatMap(this::checkpointsOf);
        checkpoints.ifPresent(own -> stops.pushClose(own::close));
    }

    /** A store that is deleted at the end of the process has no backup. */
    private Optional<NodeCheckpoints> checkpointsOf(EmbeddedStore store) {
        return CheckpointFolders.of(config)
                .map(folders -> new NodeCheckpoints(
                        vertx,
                        new CheckpointMaker(store, () -> edge.flatMap(EdgeAssembly::files), folders),
                        new BackupStore(stores.rows()),
                        services.audit(),
                        services.metrics(),
                        NodeCheckpoints.KEPT_MS));
    }

    private LastBackup lastBackup() {
        return checkpoints.map(NodeCheckpoints::last).orElse(LastBackup.NONE);
    }

    private boolean takesClients() {
        return !readiness.isDraining() && health.last().state() != State.DOWN;
    }

    private void readLane(int lane) {
        lanes.readLane(lane);
    }

    /** Completes when the node can serve. */
    Future<?> start() {
        Optional<BroadcastAssembly> broadcast = config.runs(Stage.BROADCAST)
                ? Optional.of(new BroadcastAssembly(services, stageStores.broadcast(), config, stops))
                : Optional.empty();
        List<StageAssembly> deciding = decidingStages(broadcast);
        watch();
        return deploy(new MaintenanceVerticle(stores, services.audit()))
                .compose(any -> joinPeers())
                .compose(any -> admin())
                .compose(any -> checkPeers())
                .compose(any -> hooks())
                .compose(any -> archive())
                .compose(any -> deployAll(deciding))
                .compose(any -> broadcast
                        .<Future<?>>map(stage -> deploy(stage.expiry(stores.rows())))
                        .orElseGet(Future::succeededFuture))
                .onSuccess(any -> cluster.ifPresent(peers -> stops.push(peers::withdraw)))
                .compose(any -> edge.map(this::open).orElseGet(Future::succeededFuture))
                .compose(any -> reloads.answer(config))
                .compose(any -> loads.answer(config.stages()))
                .compose(any -> cluster.map(this::serve).orElseGet(Future::succeededFuture))
                .compose(any -> checkPeers())
                .compose(any -> edge.map(this::bindUploads).orElseGet(Future::succeededFuture))
                .compose(any -> checkpoints.map(NodeCheckpoints::open).orElseGet(Future::succeededFuture))
                .compose(any -> edge.isPresent() && cluster.isPresent() ? watchStore() : Future.succeededFuture())
                .onSuccess(any -> readiness.started());
    }

    /** The stages that this node runs, in the order of their start. */
    private List<StageAssembly> decidingStages(Optional<BroadcastAssembly> broadcast) {
        List<StageAssembly> stages = new ArrayList<>();
        if (config.runs(Stage.RATELIMIT)) {
            stages.add(new RateLimitAssembly(services, stageStores.rateLimit(), config, shared));
        }
        if (config.runs(Stage.AUTH)) {
            stages.add(new AuthAssembly(services, stageStores.auth(), config, stops));
        }
        if (config.runs(Stage.ROOMS)) {
            stages.add(new RoomsAssembly(services, stageStores.rooms(), config, stops));
        }
        broadcast.ifPresent(stage -> stages.addAll(List.of(stage, stage.presence())));
        return stages;
    }

    private void watch() {
        Metrics metrics = services.metrics();
        metrics.showLimits(services.live().ratelimit().get().limits().ids());
        metrics.measure(Metric.STORE_CALLS, stores::calls);
        metrics.measure(Metric.STORE_CALLS_REFUSED, stores::refusedCalls);
        metrics.measure(Metric.STORE_APPENDS_CONFIRMED, stores::confirmedAppends);
        metrics.measure(Metric.STORE_APPENDS_UNCONFIRMED, stores::unconfirmedAppends);
        metrics.measure(Metric.BUS_UNACKED_BYTES, services.bus()::unackedBytes);
        metrics.measure(Metric.CLUSTER_NODES, this::clusterNodes);
        metrics.measure(
                Metric.BACKUP_TIMESTAMP_SECONDS,
                () -> TimeUnit.MILLISECONDS.toSeconds(lastBackup().at()));
        metrics.measure(
                Metric.BACKUP_SECONDS,
                () -> TimeUnit.MILLISECONDS.toSeconds(lastBackup().tookMs()));
        metrics.measure(Metric.LANES_UNAVAILABLE, lanes::lanesOut);
        Optional<NodeArchive> archive = stores.archive();
        metrics.measure(
                Metric.ARCHIVE_AWAY,
                () -> archive.filter(each -> each.health().isAway()).isPresent() ? 1 : 0);
        metrics.measure(
                Metric.ARCHIVE_BACKLOG_BYTES,
                () -> archive.map(each -> each.backlog().bytes()).orElse(0L));
        metrics.measure(
                Metric.ARCHIVE_BYTES,
                () -> archive.map(each -> each.store().extent().bytes()).orElse(0L));
        metrics.measure(
                Metric.ARCHIVE_HELD_BYTES,
                () -> archive.map(each -> each.health().heldBytes()).orElse(0L));
        metrics.measure(
                Metric.ARCHIVE_OLDEST_SECONDS,
                () -> archive.map(each -> each.store()
                                .extent()
                                .ageSeconds(services.clock().getAsLong()))
                        .orElse(0L));
        Optional<MessageIndex> index = archive.flatMap(NodeArchive::index);
        metrics.measure(
                Metric.SEARCH_INDEX_BEHIND_SECONDS,
                () -> TimeUnit.MILLISECONDS.toSeconds(
                        index.map(MessageIndex::behindMs).orElse(0L)));
        NodeIncidents incidents = new NodeIncidents(services.audit(), services.metrics());
        edge.ifPresent(stage -> {
            watch(stage.edge(), incidents);
            lanes.follow(stage.instances().hub());
        });
        nodeIncarnation.addListener(incidents);
    }

    private void watch(Edge clients, NodeIncidents incidents) {
        clients.cutoffs().whenMissed(incidents::missedCutoffs);
        clients.memory().addListener(incidents);
        lanes.follow(clients.cutoffs());
        lanes.follow(clients.notifications().lanes());
    }

    private Future<?> joinPeers() {
        return await(
                        "its own entry in the directory of nodes",
                        () -> cluster.map(this::deploy).orElseGet(Future::succeededFuture))
                .compose(any -> await("its leases in all lanes of the store", () -> deploy(lanes)));
    }

    /**
     * Runs before other nodes can send requests, and again afterwards: two nodes that start at once see each other only
     * then.
     */
    private Future<?> checkPeers() {
        return await(
                "an answer of another node over the bus",
                () -> cluster.map(ClusterVerticle::reachPeer).orElseGet(Future::succeededFuture));
    }

    private Future<?> open(EdgeAssembly stage) {
        return await("the lists of reputation.files", stage::openReputation)
                .compose(
                        any -> await("the stage broadcast, to take the interest of this edge", stage::announceInterest))
                .compose(any -> await("the bans in the store", stage::followBans))
                .compose(any ->
                        await("the notifications in the store", stage.edge().notifications()::begun))
                .compose(any -> await("the files of uploads.folder, and their rows", stage::openUploads))
                .compose(any -> deploy(stage)
                        .recover(failure -> Future.failedFuture(StartupException.ofListener(
                                config.publicListener(), failure, "http.host", "http.port"))))
                .compose(any -> stage.answerOperators());
    }

    private Future<?> watchStore() {
        StoreLossWatch watch = new StoreLossWatch(
                lanes::lanesOut, () -> StoreProbe.ofOthers(services.bus()), lanes::giveUp, System::nanoTime);
        long timer = TimersInStep.every(vertx, StoreLossWatch.PERIOD_MS, any -> watch.look());
        stops.pushClose(() -> vertx.cancelTimer(timer));
        return StoreProbe.answer(services.bus(), () -> lanes.lanesOut() == 0);
    }

    private Future<?> bindUploads(EdgeAssembly stage) {
        return await("the row of uploads.folder in the store", stage::bindUploads);
    }

    /** While the node drains it still serves its connections, so other nodes go on sending to its edge. */
    private Future<?> serve(ClusterVerticle peers) {
        Map<Stage, Integer> edgeOnly =
                config.runs(Stage.EDGE) ? Map.of(Stage.EDGE, config.instances(Stage.EDGE)) : Map.of();
        return peers.serve(config.stages()).onSuccess(any -> stops.push(() -> peers.serve(edgeOnly)));
    }

    private Future<?> admin() {
        awaited = "the admin listener";
        AdminVerticle verticle = operators.verticle(
                health,
                statistics,
                loads,
                new NodeControl(
                        stopProcess,
                        reloads::run,
                        Reloads.LONGEST_MS,
                        checkpoints.<Checkpoints>map(own -> own).orElse(Checkpoints.NONE)));
        return deploy(verticle)
                .onSuccess(any -> adminPort = verticle.port())
                .recover(failure -> Future.failedFuture(
                        StartupException.ofListener(config.adminListener(), failure, "admin.host", "admin.port")));
    }

    /** It stops after the stages, so that it delivers what the end of the sessions brings. */
    private Future<?> hooks() {
        if (!config.runs(Stage.BROADCAST)) {
            return Future.succeededFuture();
        }
        awaited = "the hooks";
        return new HooksAssembly(services, stageStores.broadcast(), stores.lanes())
                .verticle(config.hooks())
                .<Future<?>>map(this::deploy)
                .orElseGet(Future::succeededFuture);
    }

    /** It stops after the stages, so that the archive gets what they stored last. */
    private Future<?> archive() {
        Optional<NodeArchive> archive = config.runs(Stage.BROADCAST) ? stores.archive() : Optional.empty();
        return archive.<Future<?>>map(each ->
                        deploy(new ArchiveAssembly(services, each, stores.rows(), stores.erasures()).verticle()))
                .orElseGet(Future::succeededFuture);
    }

    private Future<?> await(String what, Supplier<Future<?>> step) {
        awaited = what;
        return step.get();
    }

    private Future<String> deploy(VerticleBase verticle) {
        return vertx.deployVerticle(verticle).onSuccess(this::undeployLater);
    }

    private Future<?> deployAll(List<StageAssembly> stages) {
        Future<?> deployed = Future.succeededFuture();
        for (StageAssembly stage : stages) {
            deployed = deployed.compose(any -> deploy(stage));
        }
        return deployed;
    }

    private Future<String> deploy(StageAssembly stage) {
        awaited = "the stage " + stage.stage().name().toLowerCase(Locale.ROOT);
        AtomicInteger next = new AtomicInteger();
        return vertx.deployVerticle(
                        () -> stage.newVerticle(next.getAndIncrement()),
                        new DeploymentOptions().setInstances(config.instances(stage.stage())))
                .onSuccess(this::undeployLater);
    }

    private void undeployLater(String id) {
        stops.push(() -> vertx.undeploy(id));
    }

    /** The next {@link #stop} takes at most this long to close connections. */
    void drainWithin(long millis) {
        readiness.drain();
        edge.ifPresent(stage -> stage.instances().drainWithin(millis));
    }

    /** The edge drains and stops first, then the stages that answer it, and monitoring last. */
    void stop(long seconds) throws Exception {
        readiness.drain();
        edge.ifPresent(stage -> stage.instances().drain());
        stops.run().await(seconds, TimeUnit.SECONDS);
    }

    Future<Result<List<SettingChange>, ReloadRefusal>> reload(boolean cluster) {
        return reloads.run(cluster);
    }

    /** The step that the start waits for, or waited for last. */
    String awaited() {
        return awaited;
    }

    /** The checks that keep this node from being ready though it has started. */
    List<String> missing() {
        return readiness.missing();
    }

    /** The port for clients; 0 if this node runs no edge. */
    int httpPort() {
        return edge.map(stage -> stage.instances().port()).orElse(0);
    }

    int adminPort() {
        return adminPort;
    }

    /** The number of nodes that this one reaches, itself included. */
    int clusterNodes() {
        return cluster.map(ClusterVerticle::size).orElse(1);
    }
}
