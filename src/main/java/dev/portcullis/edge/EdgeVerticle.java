package dev.portcullis.edge;

import dev.portcullis.auth.login.LivenessProbe;
import dev.portcullis.auth.revocation.Cutoff;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.edge.api.SchemaRoute;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.connection.Drain;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.connection.Heartbeat;
import dev.portcullis.edge.connection.LocalRooms;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.connection.ReplyWriter;
import dev.portcullis.edge.frame.AuthFramePath;
import dev.portcullis.edge.frame.FrameActions;
import dev.portcullis.edge.frame.FrameAuthorization;
import dev.portcullis.edge.frame.FramePath;
import dev.portcullis.edge.frame.JoinHandler;
import dev.portcullis.edge.handshake.Handshake;
import dev.portcullis.edge.handshake.HandshakeHandler;
import dev.portcullis.edge.listener.BoundedHttpServer;
import dev.portcullis.edge.listener.HttpRefusalLog;
import dev.portcullis.edge.listener.HttpServerSettings;
import dev.portcullis.edge.listener.PublicRequestHandler;
import dev.portcullis.edge.session.CutoffFreshness;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.edge.session.Greeting;
import dev.portcullis.edge.session.LivenessResponder;
import dev.portcullis.edge.session.LostLeaseCloser;
import dev.portcullis.edge.session.RecheckSchedule;
import dev.portcullis.edge.session.SessionEnder;
import dev.portcullis.edge.session.SessionOpener;
import dev.portcullis.edge.session.SessionRevoker;
import dev.portcullis.edge.session.SessionSupervisor;
import dev.portcullis.edge.socket.FlushCoalescer;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.http.Router;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.StreamHubShard;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import org.jspecify.annotations.Nullable;

/** Owns the HTTP server and the connections of one event loop. */
public final class EdgeVerticle extends VerticleBase {
    private static final String SOCKET_PATH = "/ws";

    /** Added to the close linger: after both, the drain is complete even if a connection is not yet closed. */
    private static final long CLOSE_MARGIN_MS = 1_000;

    private final int instance;
    private final EdgeDependencies shared;
    private @Nullable ConnectionRegistry registry;
    private @Nullable TimerWheel timers;

    public EdgeVerticle(int instance, EdgeDependencies parts) {
        this.instance = instance;
        this.shared = parts;
    }

    @Override
    public Future<?> start() {
        StreamHubShard shard = new StreamHubShard(
                context,
                shared.streams(),
                shared.streamsConfig(),
                shared.followedStreamsListener(),
                shared.hubMemory());
        return shared.bus()
                .subscribe(FanOut.CARRY, instance, shard::offer)
                .compose(any -> onOwnLoop(shared.instances().ready(instance, shard)))
                .compose(hub -> open(shard, hub));
    }

    /** Each connection serves frames until its slot of the drain, so that work in progress can finish. */
    @Override
    public Future<?> stop() {
        ConnectionRegistry connections = registry;
        TimerWheel wheel = timers;
        if (connections == null || wheel == null) {
            return Future.succeededFuture();
        }
        shared.instances().drain();
        return new Drain(vertx, wheel)
                .begin(
                        connections,
                        shared.edge().drainMs(),
                        shared.edge().socket().closeLingerMs() + CLOSE_MARGIN_MS)
                .onComplete(any -> wheel.stop(vertx));
    }

    /**
     * The last instance to become ready completes the future for all; each instance continues on its own event loop.
     */
    private <T> Future<T> onOwnLoop(Future<T> future) {
        Promise<T> promise = Promise.promise();
        future.onComplete((value, failure) -> context.runOnContext(any -> promise.complete(value, failure)));
        return promise.future();
    }

    private Future<?> open(StreamHubShard shard, StreamHub hub) {
        TimerWheel wheel = new TimerWheel(vertx);
        ReplyWriter replies =
                new ReplyWriter(shared.telemetry().audit(), shared.telemetry().metrics(), shared.clock());
        LocalRooms rooms =
                new LocalRooms(context, hub, shared.memory(), shared.telemetry().metrics(), shared.clock());
        CutoffFreshness freshness = new CutoffFreshness(
                shared.cutoffs()::readSoon,
                shared.edge().cutoffs().maxAgeMs(),
                wheel,
                System::nanoTime,
                shared.clock());
        SessionEnder sessionEnder = new SessionEnder(
                shared.stageClients().authenticator(),
                shared.clock(),
                shared.edge().connections().perNode());
        SessionOpener sessions = new SessionOpener(
                shared.stageClients().authenticator(),
                shared.stageClients().broadcaster(),
                new Greeting(
                        shared.stageClients().limiter(),
                        shared.edge().heartbeat().intervalMs(),
                        shared.edge().socket().frameBytes()),
                sessionEnder,
                freshness,
                shared.edge().cutoffs().maxWaitMs(),
                () -> new SessionOwner(
                        shared.nodeIncarnation().node(),
                        shared.nodeIncarnation().incarnation(),
                        instance));
        Heartbeat heartbeat = new Heartbeat(shared.edge().heartbeat(), wheel, shared.clock());
        ConnectionRegistry connections = new ConnectionRegistry(
                new Connection.Surroundings(
                        rooms,
                        replies,
                        shared.telemetry().metrics(),
                        shared.edge().socket(),
                        shared.memory()),
                shared.limits(),
                shared.shedder(),
                FlushCoalescer.of(context),
                heartbeat,
                shared.telemetry().audit(),
                shared.clock());
        timers = wheel;
        registry = connections;
        SessionSupervisor supervisor = supervisor(connections, freshness, sessionEnder, wheel);
        supervisor.begin(shared.cutoffs());
        EdgeStatsSampler sampler =
                new EdgeStatsSampler(instance, shared.telemetry().stats(), connections.all(), shard, sessionEnder);
        vertx.setPeriodic(EdgeStatsSampler.INTERVAL_MS, any -> sampler.sample());
        vertx.setPeriodic(SessionEnder.RETRY_MS, any -> sessionEnder.retry());
        return Future.all(
                        shared.bus()
                                .subscribe(
                                        Cutoff.NOTICE,
                                        instance,
                                        hint -> shared.cutoffs().readSoon(hint.lane())),
                        shared.bus()
                                .answer(LivenessProbe.QUESTION, instance, new LivenessResponder(connections)::answer))
                .compose(any -> listen(handshake(
                        connections, supervisor, sessions, framePath(hub, rooms, replies, freshness, wheel))));
    }

    private SessionSupervisor supervisor(
            ConnectionRegistry connections, CutoffFreshness freshness, SessionEnder sessionEnder, TimerWheel wheel) {
        SessionRevoker revoker = new SessionRevoker(
                connections,
                shared.cutoffs().recent(),
                shared.telemetry().audit(),
                shared.telemetry().metrics(),
                shared.clock());
        return new SessionSupervisor(
                new SessionSupervisor.Shared(
                        shared.stageClients().authenticator(),
                        shared.stageClients().limiter(),
                        shared.nodeIncarnation(),
                        shared.telemetry().audit(),
                        shared.clock()),
                context,
                connections,
                revoker,
                new RecheckSchedule(shared.edge().reconcileMs()),
                new LostLeaseCloser(connections.all(), wheel, shared.edge().leaseLostWindowMs()),
                sessionEnder,
                freshness,
                wheel);
    }

    private FrameHandler<Connection> framePath(
            StreamHub hub, LocalRooms rooms, ReplyWriter replies, CutoffFreshness freshness, TimerWheel wheel) {
        CutoffGate gate = new CutoffGate(freshness, shared.edge().cutoffs().maxWaitMs(), shared.clock());
        ReplyReservations reservations = new ReplyReservations(shared.memory(), rooms::run, wheel);
        JoinHandler joins = new JoinHandler(
                gate,
                shared.stageClients().rooms(),
                hub,
                rooms,
                replies,
                wheel,
                shared.edge().roomsPerConnection(),
                reservations,
                shared.streamsConfig().partBytes());
        return new FramePath(
                gate,
                shared.stageClients().limiter(),
                new FrameAuthorization(shared.stageClients().rooms()),
                new FrameActions(
                        gate,
                        joins,
                        reservations,
                        shared.stageClients().rooms(),
                        shared.stageClients().broadcaster(),
                        shared.telemetry().metrics(),
                        shared.clock()),
                shared.clock());
    }

    private HandshakeHandler handshake(
            ConnectionRegistry connections,
            SessionSupervisor supervisor,
            SessionOpener sessions,
            FrameHandler<Connection> framePath) {
        Handshake handshake = new Handshake(
                shared.httpFront().rules(),
                shared.stageClients().limiter(),
                shared.connectionLimiter(),
                sessions,
                shared.auth());
        FrameHandler<Connection> authFramePath = new AuthFramePath(sessions, supervisor, framePath);
        HandshakeHandler.Surroundings surroundings = new HandshakeHandler.Surroundings(
                shared.httpFront().pending(),
                shared.httpFront().proxies(),
                shared.httpFront().responses(),
                shared.auth(),
                shared.telemetry().audit(),
                shared.telemetry().refusedHandshakes(),
                shared.clock());
        return new HandshakeHandler(
                surroundings, handshake, connections, supervisor, sessions, authFramePath, framePath);
    }

    private Future<?> listen(HandshakeHandler handler) {
        HttpRefusalLog refusals = new HttpRefusalLog(
                shared.telemetry().audit(), shared.httpFront().proxies());
        Router router = new Router(shared.httpFront().responses(), refusals::record).get(SOCKET_PATH, handler::handle);
        SchemaRoute.on(
                router, shared.httpFront().responses(), shared.httpFront().cors());
        PublicRequestHandler.Limits limits = new PublicRequestHandler.Limits(
                shared.httpFront().rates(),
                shared.httpFront().listener().requestsPerConnection(),
                shared.httpFront().proxies(),
                shared.telemetry().metrics());
        PublicRequestHandler requests =
                new PublicRequestHandler(router, shared.httpFront().responses(), refusals, limits, SOCKET_PATH);
        HttpServerOptions options = HttpServerSettings.options(
                shared.httpFront().listener(),
                shared.httpFront().tls(),
                shared.edge().socket());
        return new BoundedHttpServer(
                        shared.httpFront().pending(),
                        shared.httpFront().listener().headerLines(),
                        shared.memory()::isExceeded)
                .create(vertx, options)
                .requestHandler(requests::handle)
                .invalidRequestHandler(requests::handleInvalid)
                .listen()
                .onSuccess(open -> shared.instances().listeningOn(open.actualPort()));
    }
}
