package dev.portcullis.app.node;

import dev.portcullis.admin.AdminVerticle;
import dev.portcullis.admin.Health;
import dev.portcullis.admin.HealthCheck;
import dev.portcullis.admin.SessionDirectory;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.chain.AuditFileConfig;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.AuthVerticle;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.SessionAdministration;
import dev.portcullis.auth.account.AccountKeys;
import dev.portcullis.auth.account.AccountResponder;
import dev.portcullis.auth.account.AccountService;
import dev.portcullis.auth.account.AccountsConfig;
import dev.portcullis.auth.account.LoginRefresher;
import dev.portcullis.auth.password.PasswordHasher;
import dev.portcullis.auth.revocation.Revocations;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.auth.revocation.SessionCutoffs;
import dev.portcullis.broadcast.BroadcastVerticle;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.PublishPolicy;
import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.broadcast.interest.InterestAnnouncer;
import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.broadcast.moderation.ModerationResult;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.ClusterVerticle;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.edge.Edge;
import dev.portcullis.edge.EdgeVerticle;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.ratelimit.BlockBans;
import dev.portcullis.ratelimit.RateLimitVerticle;
import dev.portcullis.ratelimit.ban.BanEvents;
import dev.portcullis.ratelimit.ban.BanFollower;
import dev.portcullis.ratelimit.ban.BanRules;
import dev.portcullis.ratelimit.ban.BanService;
import dev.portcullis.ratelimit.ban.Bans;
import dev.portcullis.ratelimit.ban.SharedAddresses;
import dev.portcullis.ratelimit.login.LoginDefences;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import dev.portcullis.ratelimit.reputation.ReputationSources;
import dev.portcullis.ratelimit.stuffing.KnownAddresses;
import dev.portcullis.ratelimit.stuffing.StuffingConfig;
import dev.portcullis.ratelimit.stuffing.StuffingEvents;
import dev.portcullis.ratelimit.stuffing.StuffingLimits;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.rooms.RoomsVerticle;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import dev.portcullis.streams.lane.NodeIncarnation;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Builds the stages of a node and deploys them: monitoring first, then the stages that answer requests, the edge last.
 */
final class NodeDeployment {
    private final NodeServices services;
    private final Vertx vertx;
    private final Stores stores;
    private final NodeConfig config;
    private final LiveSettings live;
    private final Metrics metrics;
    private final Audit audit;
    private final LongSupplier clock;
    private final Bus bus;
    private final InterestAnnouncer announcer;
    private final NodeIncarnation nodeIncarnation;
    private final Optional<ClusterVerticle> cluster;
    private final SharedAddresses shared;
    private final ReputationSources reputation;
    private final BanFollower bans;
    private final Edge edge;
    private final LaneVerticle lanes;
    private final Deque<Supplier<Future<?>>> undoSteps = new ConcurrentLinkedDeque<>();
    private final Readiness readiness;
    private volatile int adminPort;
    private volatile String awaited = "the maintenance of the store";

    NodeDeployment(NodeServices services, NodeConfig config) {
        this.services = services;
        this.vertx = services.vertx();
        this.stores = services.stores();
        this.config = config;
        this.live = services.live();
        this.metrics = services.metrics();
        this.audit = services.audit();
        this.clock = services.clock();
        this.bus = services.bus();
        this.cluster = services.cluster();
        this.nodeIncarnation = new NodeIncarnation(bus.node());
        this.announcer = new InterestAnnouncer(
                vertx.getOrCreateContext(), bus, config.broadcast().interestBits());
        this.shared = new SharedAddresses(live.bans()::get, config.http().trustedProxies());
        this.reputation = new ReputationSources(
                vertx,
                services.workers(),
                services.outgoing(),
                config.reputation(),
                shared::include,
                audit,
                metrics,
                clock);
        this.bans = new BanFollower(vertx, stores.bans(), new Bans(bus), live.bans(), clock);
        this.edge = edge();
        this.lanes = new LaneVerticle(
                stores.lanes(),
                nodeIncarnation,
                edge.instances(),
                config.edge().cutoffs().intervalMs(),
                clock);
        this.readiness = new Readiness(
                stores, lanes, bus, edge.instances(), config.runs(Stage.EDGE), live.keyReadiness(), auditReadiness());
    }

    private Optional<HealthCheck> auditReadiness() {
        return config.auditFile().onFailure() == AuditFileConfig.OnFailure.UNREADY
                ? Optional.of(ReadinessCheck.of(ReadinessCheck.AUDIT, services.trail()::writes))
                : Optional.empty();
    }

    private Edge edge() {
        return new Edge(
                config.instances(Stage.EDGE),
                new Edge.Services(
                        vertx,
                        bus,
                        stores.streams(),
                        announcer,
                        nodeIncarnation,
                        this::readLane,
                        bans,
                        reputation,
                        audit,
                        metrics,
                        clock),
                new Edge.Sections(
                        config.edge(),
                        config.http(),
                        config.tls(),
                        live.origin(),
                        config.handshake(),
                        config.auth(),
                        config.csrf(),
                        config.accounts(),
                        live.ratelimit(),
                        config.stuffing(),
                        config.broadcast(),
                        config.streams(),
                        config.sessions(),
                        live.anomaly()));
    }

    /** Called by the edge, which is made before the lanes that wait for it. */
    private void readLane(int lane) {
        lanes.readLane(lane);
    }

    /** Completes when the node can serve. */
    Future<?> start() {
        StreamStore streams = stores.streams();
        CutoffPublisher publisher =
                new CutoffPublisher(streams, config.streams().cutoffs(), clock);
        PublishPolicy publishing = new PublishPolicy(
                new ContentPolicy(config.content()), config.streams().room(), config.broadcast());
        AccountResponder accounts = accounts(publisher);
        BanService banning = new BanService(
                stores.bans(),
                new BanRules(live.bans(), config.http().trustedProxies()),
                publisher,
                bus,
                new BanEvents(audit, metrics));
        Optional<Moderation> moderation = moderation();
        LoginDefences loginDefences = loginDefences(banning);
        FanOut fanOut =
                new FanOut(bus, new EdgeInterests(bus, config.broadcast().interestBits(), System::nanoTime));
        metrics.showLimits(live.ratelimit().get().limits().ids());
        metrics.watchStoreCalls(stores::calls);
        metrics.watchRefusedStoreCalls(stores::refusedCalls);
        metrics.watchUnackedBytes(bus::unackedBytes);
        metrics.watchClusterNodes(this::clusterNodes);
        metrics.watchLanesUnavailable(lanes::lanesOut);
        NodeIncidents incidents = new NodeIncidents(audit, metrics);
        edge.cutoffs().whenMissed(incidents::missedCutoffs);
        edge.memory().addListener(incidents);
        nodeIncarnation.addListener(incidents);
        if (config.runs(Stage.EDGE)) {
            lanes.follow(edge.cutoffs());
        }
        return deploy(new MaintenanceVerticle(stores, audit))
                .compose(any -> joinPeers())
                .compose(any -> admin())
                .compose(any -> checkPeers())
                .compose(any -> deploy(
                        Stage.RATELIMIT,
                        i -> new RateLimitVerticle(
                                i,
                                bus,
                                stores.counters(),
                                stores.logins(),
                                loginDefences,
                                banning,
                                live.ratelimit(),
                                limitOutlets(banning))))
                .compose(any -> deploy(
                        Stage.AUTH,
                        i -> new AuthVerticle(
                                i,
                                bus,
                                new AuthVerticle.Stores(stores.sessions(), stores.revocations(), publisher),
                                new AuthVerticle.Rules(
                                        live.trust(),
                                        config.auth().certificateRule(),
                                        config.sessions(),
                                        config.csrf()),
                                accounts,
                                clock)))
                .compose(any -> deploy(
                        Stage.ROOMS,
                        i -> new RoomsVerticle(i, bus, stores.members(), config.rooms(), live.permissions())))
                .compose(any -> deploy(
                        Stage.BROADCAST,
                        i -> new BroadcastVerticle(
                                i, bus, streams, fanOut, publishing, config.broadcast(), clock, moderation)))
                .onSuccess(any -> cluster.ifPresent(peers -> undoSteps.push(peers::withdraw)))
                .compose(any -> config.runs(Stage.EDGE) ? openReputation() : Future.succeededFuture())
                .compose(any -> config.runs(Stage.EDGE) ? announce() : Future.succeededFuture())
                .compose(any -> config.runs(Stage.EDGE) ? followBans() : Future.succeededFuture())
                .compose(any -> deploy(Stage.EDGE, i -> new EdgeVerticle(i, edge))
                        .recover(failure -> Future.failedFuture(StartupException.ofListener(
                                config.publicListener(), failure, "http.host", "http.port"))))
                .compose(any -> cluster.map(this::serve).orElseGet(Future::succeededFuture))
                .compose(any -> checkPeers())
                .onSuccess(any -> readiness.started());
    }

    private LoginDefences loginDefences(BanService bans) {
        StuffingConfig stuffing = config.stuffing();
        return new LoginDefences(
                new KnownAddresses(stores.knownAddresses(), stuffing),
                new StuffingLimits(
                        stores.failures(),
                        stuffing,
                        shared::include,
                        bans::add,
                        new StuffingEvents(audit, metrics),
                        clock),
                address -> live.bans().get().sharedRanges().stream().anyMatch(range -> range.contains(address)));
    }

    private RateLimitVerticle.Outlets limitOutlets(BanService bans) {
        return new RateLimitVerticle.Outlets(
                new ObservedLimits(metrics, audit), new BlockBans(bans::add, live.ratelimit(), clock));
    }

    private Optional<Moderation> moderation() {
        EnumCounters<ModerationResult> results = metrics.moderated(ModerationResult.class, ModerationResult::id);
        Optional<Moderation> moderation = config.broadcast()
                .moderation()
                .filter(any -> config.runs(Stage.BROADCAST))
                .map(hook -> Moderation.open(vertx, hook, services.outgoing(), results, clock));
        moderation.ifPresent(service -> {
            services.outgoing().watch(OutgoingService.CONTENT_HOOK, service::position);
            undoSteps.push(() -> {
                service.close();
                return Future.succeededFuture();
            });
        });
        return moderation;
    }

    /** The keys are only on nodes that run the stage, and so is the pool in which passwords are checked. */
    private AccountResponder accounts(CutoffPublisher publisher) {
        return config.accountKeys().map(keys -> accounts(keys, publisher)).orElseGet(AccountResponder::disabled);
    }

    private AccountResponder accounts(AccountKeys keys, CutoffPublisher publisher) {
        AccountsConfig accounts = config.accounts();
        WorkerPool passwords =
                new WorkerPool(vertx, "password", accounts.passwords().workers(), metrics::workNotRun);
        undoSteps.push(() -> {
            passwords.close();
            return Future.succeededFuture();
        });
        Revoker revoker = new Revocations(stores.sessions(), stores.revocations(), new SessionCutoffs(publisher, bus));
        return AccountResponder.of(
                new AccountService(
                        accounts,
                        keys,
                        stores.accounts(),
                        new PasswordHasher(passwords, keys.pepper(), accounts.passwords()),
                        revoker,
                        clock),
                new LoginRefresher(
                        accounts,
                        keys,
                        stores.accounts(),
                        revoker,
                        (user, sid, begunAt) -> stores.revocations().isRevoked(user, "", begunAt, Optional.of(sid)),
                        audit,
                        clock));
    }

    /** While the node drains it still serves its connections, so other nodes go on sending to its edge. */
    private Future<?> serve(ClusterVerticle peers) {
        Map<Stage, Integer> edgeOnly =
                config.runs(Stage.EDGE) ? Map.of(Stage.EDGE, config.instances(Stage.EDGE)) : Map.of();
        return peers.serve(config.stages()).onSuccess(any -> undoSteps.push(() -> peers.serve(edgeOnly)));
    }

    private Future<?> openReputation() {
        awaited = "the lists of reputation.files";
        undoSteps.push(reputation::close);
        return reputation.open();
    }

    private Future<?> announce() {
        awaited = "the stage broadcast, to take the interest of this edge";
        return announcer.open();
    }

    private Future<?> followBans() {
        awaited = "the bans in the store";
        undoSteps.push(() -> {
            bans.stop();
            return Future.succeededFuture();
        });
        return bans.begin();
    }

    private Future<?> joinPeers() {
        awaited = "its own entry in the directory of nodes";
        Future<?> known = cluster.map(this::deploy).orElseGet(Future::succeededFuture);
        return known.compose(any -> {
            awaited = "its leases in all lanes of the store";
            return deploy(lanes);
        });
    }

    /**
     * Runs before other nodes can send requests, and again afterwards: two nodes that start at once see each other only
     * then.
     */
    private Future<?> checkPeers() {
        awaited = "an answer of another node over the bus";
        return cluster.map(ClusterVerticle::reachPeer).orElseGet(Future::succeededFuture);
    }

    Future<LiveUpdate> applyLive(NodeConfig next) {
        return live.apply(next, edge::replaceCertificate);
    }

    private Future<String> deploy(VerticleBase verticle) {
        return vertx.deployVerticle(verticle).onSuccess(this::undeployLater);
    }

    private void undeployLater(String id) {
        undoSteps.push(() -> vertx.undeploy(id));
    }

    /** The edge drains and stops first, then the stages that answer it, and monitoring last. */
    void stop(long seconds) throws Exception {
        edge.instances().drain();
        Future<?> stopped = Future.succeededFuture();
        while (!undoSteps.isEmpty()) {
            Supplier<Future<?>> step = undoSteps.pop();
            stopped = stopped.transform(any -> step.get());
        }
        stopped.await(seconds, TimeUnit.SECONDS);
    }

    /** What the start waits for, or waited for last. */
    String awaited() {
        return awaited;
    }

    /** The checks that keep this node from being ready though it has started. */
    List<String> missing() {
        return readiness.missing();
    }

    /** The port for clients; 0 if this node runs no edge. */
    int httpPort() {
        return config.runs(Stage.EDGE) ? edge.instances().port() : 0;
    }

    int adminPort() {
        return adminPort;
    }

    /** The number of nodes that this one reaches, itself included. */
    int clusterNodes() {
        return cluster.map(ClusterVerticle::nodes).orElse(1);
    }

    private Future<?> admin() {
        awaited = "the admin listener";
        Health health = readiness.health(audit);
        health.names().forEach(check -> metrics.watchReadiness(check, () -> health.isUp(check)));
        SessionAdministration sessions = new SessionAdministration(bus);
        AdminVerticle verticle = new AdminWiring(services, config)
                .verticle(
                        health,
                        new OperatorTokenCheck(new Authenticator(vertx, bus, clock)),
                        new SessionDirectory(sessions, sessions::sessionsOf));
        return vertx.deployVerticle(verticle)
                .onSuccess(id -> {
                    undeployLater(id);
                    adminPort = verticle.port();
                })
                .recover(failure -> Future.failedFuture(
                        StartupException.ofListener(config.adminListener(), failure, "admin.host", "admin.port")));
    }

    private Future<?> deploy(Stage stage, IntFunction<VerticleBase> make) {
        if (!config.runs(stage)) {
            return Future.succeededFuture();
        }
        awaited = "the stage " + stage.name().toLowerCase(Locale.ROOT);
        AtomicInteger next = new AtomicInteger();
        return vertx.deployVerticle(
                        () -> make.apply(next.getAndIncrement()),
                        new DeploymentOptions().setInstances(config.instances(stage)))
                .onSuccess(this::undeployLater);
    }
}
