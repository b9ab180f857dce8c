package dev.portcullis.app;

import dev.portcullis.admin.AdminVerticle;
import dev.portcullis.admin.Health;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.Meters;
import dev.portcullis.audit.NodeMetrics;
import dev.portcullis.auth.AuthVerticle;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.Cutoffs;
import dev.portcullis.broadcast.Announcing;
import dev.portcullis.broadcast.BroadcastVerticle;
import dev.portcullis.broadcast.EdgeInterests;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.PublishPolicy;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.ClusterVerticle;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.edge.Assembly;
import dev.portcullis.edge.Census;
import dev.portcullis.edge.CutoffFollower;
import dev.portcullis.edge.CutoffVerticle;
import dev.portcullis.edge.EdgeParts;
import dev.portcullis.edge.EdgeVerticle;
import dev.portcullis.ratelimit.RateLimitVerticle;
import dev.portcullis.rooms.RoomsVerticle;
import dev.portcullis.streams.NodeLife;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Puts the stages of a node together and deploys them: the watchers first, those who answer, and the edge last. */
final class Stages {
    private final Ground ground;
    private final Vertx vertx;
    private final Storage storage;
    private final NodeConfig config;
    private final Meters meters;
    private final Audit audit;
    private final LongSupplier clock;
    private final Bus bus;
    private final Assembly assembly;
    private final Census census;
    private final Announcing announcing;
    private final NodeLife life;
    private final Optional<ClusterVerticle> place;
    private final Optional<LaneVerticle> lanes;
    private final NodeMetrics metrics;
    private final Deque<Supplier<Future<?>>> undoing = new ConcurrentLinkedDeque<>();
    private final Readiness readiness;
    private volatile int adminPort;

    Stages(Ground ground, NodeConfig config) {
        this.ground = ground;
        this.vertx = ground.vertx();
        this.storage = ground.storage();
        this.config = config;
        this.meters = ground.meters();
        this.metrics = ground.metrics();
        this.audit = ground.audit();
        this.clock = ground.clock();
        this.bus = ground.bus();
        this.assembly = new Assembly(config.instances(Stage.EDGE));
        this.census = new Census(config.instances(Stage.EDGE));
        this.place = ground.place();
        this.life = new NodeLife(bus.node());
        this.lanes = storage.lanes().map(all -> new LaneVerticle(all, life, assembly));
        this.announcing = new Announcing(vertx.getOrCreateContext(), bus, config.broadcast());
        this.readiness = new Readiness(storage, lanes, bus, assembly, config.runs(Stage.EDGE));
    }

    /** Completes when the node can serve. */
    Future<?> start() {
        StreamStore streams = storage.streams();
        Cutoffs cutoffs = new Cutoffs(streams, config.streams().cutoffs(), bus, clock);
        PublishPolicy publishing = new PublishPolicy(
                new ContentPolicy(config.content()), config.streams().room(), config.broadcast());
        FanOut fanOut = new FanOut(bus, new EdgeInterests(bus, config.broadcast(), System::nanoTime));
        meters.watchStoreCalls(storage::calls);
        meters.watchUnconfirmedBytes(bus::bytesUnderWay);
        meters.watchSessions(census::sessions);
        meters.watchUnsaid(census::unsaid);
        meters.watchRooms(census::rooms);
        meters.watchOutboxBytes(census::outboxBytes);
        meters.watchMessageRate(census::messageRate);
        CutoffFollower follower = new CutoffFollower(
                streams,
                config.streams(),
                config.edge().cutoffs(),
                new Authenticator(vertx, bus, clock),
                clock,
                System::nanoTime);
        Setbacks setbacks = new Setbacks(audit, meters);
        follower.whenMissed(setbacks::missedCutoffs);
        life.follow(setbacks);
        EdgeParts parts = new EdgeWiring(ground, config)
                .parts(new EdgeWiring.Shared(life, follower, assembly, census, announcing));
        return deploy(new Upkeep(storage, audit))
                .compose(any -> beAmongTheOthers())
                .compose(any -> admin(parts.doors().authenticator()))
                .compose(any -> deploy(
                        Stage.RATELIMIT, i -> new RateLimitVerticle(i, bus, storage.counters(), config.ratelimit())))
                .compose(any -> deploy(
                        Stage.AUTH,
                        i -> new AuthVerticle(
                                i, bus, storage.sessions(), cutoffs, config.auth(), config.sessions(), clock)))
                .compose(any -> deploy(
                        Stage.ROOMS,
                        i -> new RoomsVerticle(i, bus, storage.members(), config.rooms(), config.permissions())))
                .compose(any -> deploy(
                        Stage.BROADCAST,
                        i -> new BroadcastVerticle(i, bus, streams, fanOut, publishing, config.broadcast(), clock)))
                .onSuccess(any -> place.ifPresent(others -> undoing.push(others::withdraw)))
                .compose(any -> config.runs(Stage.EDGE) ? beginEdge(follower) : Future.succeededFuture())
                .compose(any -> deploy(Stage.EDGE, i -> new EdgeVerticle(i, parts))
                        .recover(broken -> notListening(broken, config.publicListener(), "http.port")))
                .compose(any -> place.map(this::serve).orElseGet(Future::succeededFuture))
                .onSuccess(any -> readiness.started());
    }

    /** While it drains, its connections are served like any other: others go on telling the edge what they must hear. */
    private Future<?> serve(ClusterVerticle others) {
        Map<Stage, Integer> edge =
                config.runs(Stage.EDGE) ? Map.of(Stage.EDGE, config.instances(Stage.EDGE)) : Map.of();
        return others.serve(config.stages()).onSuccess(any -> undoing.push(() -> others.serve(edge)));
    }

    private Future<?> beAmongTheOthers() {
        Future<?> known = place.map(this::deploy).orElseGet(Future::succeededFuture);
        return known.compose(any -> lanes.map(this::deploy).orElseGet(Future::succeededFuture));
    }

    private Future<String> deploy(VerticleBase verticle) {
        return vertx.deployVerticle(verticle).onSuccess(this::undeployLater);
    }

    private void undeployLater(String id) {
        undoing.push(() -> vertx.undeploy(id));
    }

    /** The edge goes first and drains, then those who answer it, and those who watch go last. */
    void stop(long seconds) throws Exception {
        assembly.drain();
        Future<?> gone = Future.succeededFuture();
        while (!undoing.isEmpty()) {
            Supplier<Future<?>> step = undoing.pop();
            gone = gone.transform(any -> step.get());
        }
        gone.await(seconds, TimeUnit.SECONDS);
    }

    /** Where clients come in; 0 where this node runs no edge. */
    int httpPort() {
        return config.runs(Stage.EDGE) ? assembly.port() : 0;
    }

    int adminPort() {
        return adminPort;
    }

    /** What the edge needs before its first connection. */
    private Future<?> beginEdge(CutoffFollower follower) {
        return announcing.open().compose(any -> deploy(new CutoffVerticle(follower)));
    }

    private Future<?> admin(Authenticator authenticator) {
        Health health = readiness.health(audit);
        health.names().forEach(check -> meters.watchReadiness(check, () -> health.isUp(check)));
        AdminVerticle verticle =
                new AdminVerticle(config.admin(), health, metrics::scrape, new Operators(authenticator), audit);
        return vertx.deployVerticle(verticle)
                .onSuccess(id -> {
                    undeployLater(id);
                    adminPort = verticle.port();
                })
                .recover(broken -> notListening(broken, config.adminListener(), "admin.port"));
    }

    /** The native transport has an exception of its own where the JDK throws a BindException; both are of I/O. */
    private static <T> Future<T> notListening(Throwable broken, Listener listener, String key) {
        return Future.failedFuture(
                broken instanceof IOException
                        ? new StartFailure("can't listen on " + listener
                                + ": it is in use or not ours; stop what listens there, or set " + key)
                        : broken);
    }

    private Future<?> deploy(Stage stage, IntFunction<VerticleBase> make) {
        if (!config.runs(stage)) {
            return Future.succeededFuture();
        }
        AtomicInteger next = new AtomicInteger();
        return vertx.deployVerticle(
                        () -> make.apply(next.getAndIncrement()),
                        new DeploymentOptions().setInstances(config.instances(stage)))
                .onSuccess(this::undeployLater);
    }
}
