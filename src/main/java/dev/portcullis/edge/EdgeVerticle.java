package dev.portcullis.edge;

import dev.portcullis.auth.login.LivenessProbe;
import dev.portcullis.auth.revocation.Cutoff;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.edge.api.PublicApi;
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
import dev.portcullis.edge.frame.FramePath;
import dev.portcullis.edge.frame.HistoryHandler;
import dev.portcullis.edge.frame.JoinHandler;
import dev.portcullis.edge.frame.MessageHandler;
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
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.http.routing.Router;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.StreamHubShard;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerOptions;
import org.jspecify.annotations.Nullable;

/** Owns the HTTP server and the connections of one event loop. */
public final class EdgeVerticle extends VerticleBase {
    /** Added to the close linger: after both, the drain is complete even if a connection is not yet closed. */
    private static final long CLOSE_MARGIN_MS = 1_000;

    private final int instance;
    private final EdgeDependencies deps;
    private @Nullable ConnectionRegistry registry;
    private @Nullable TimerWheel timers;

    public EdgeVerticle(int instance, EdgeDependencies deps) {
        this.instance = instance;
        this.deps = deps;
    }

    @Override
    public Future<?> start() {
        StreamHubShard shard = new StreamHubShard(
                context, deps.streams(), deps.streamsConfig(), deps.streamsListener(), deps.hubMemory());
        return deps.bus()
                .subscribe(FanOut.ENTRY, instance, shard::offer)
                .compose(any -> onOwnLoop(deps.instances().ready(instance, shard)))
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
        deps.instances().drain();
        return new Drain(vertx, wheel)
                .begin(connections, deps.edge().drainMs(), deps.edge().socket().closeLingerMs() + CLOSE_MARGIN_MS)
                .onComplete(any -> wheel.stop(vertx));
    }

    /** The last instance to become ready completes it for all; each continues on its own event loop. */
    private <T> Future<T> onOwnLoop(Future<T> future) {
        Promise<T> promise = Promise.promise();
        future.onComplete((value, failure) -> context.runOnContext(any -> promise.complete(value, failure)));
        return promise.future();
    }

    private Future<?> open(StreamHubShard shard, StreamHub hub) {
        TimerWheel wheel = new TimerWheel(vertx);
        ReplyWriter replies =
                new ReplyWriter(deps.telemetry().audit(), deps.telemetry().metrics(), deps.clock());
        LocalRooms rooms =
                new LocalRooms(context, hub, deps.memory(), deps.telemetry().metrics(), deps.clock());
        CutoffFreshness freshness = new CutoffFreshness(
                deps.cutoffs()::readSoon, deps.edge().cutoffs().maxAgeMs(), wheel, System::nanoTime, deps.clock());
        SessionEnder sessionEnder = new SessionEnder(
                deps.stageClients().authenticator(),
                deps.clock(),
                deps.edge().connections().perNode());
        SessionOpener sessions = new SessionOpener(
                deps.stageClients().authenticator(),
                deps.stageClients().broadcaster(),
                new Greeting(
                        deps.stageClients().limiter(),
                        deps.edge().heartbeat().intervalMs(),
                        deps.edge().socket().frameBytes()),
                sessionEnder,
                freshness,
                deps.edge().cutoffs().maxWaitMs(),
                () -> new SessionOwner(
                        deps.nodeIncarnation().node(), deps.nodeIncarnation().incarnation(), instance));
        Heartbeat heartbeat = new Heartbeat(deps.edge().heartbeat(), wheel, deps.clock());
        ConnectionRegistry connections = new ConnectionRegistry(
                new Connection.Surroundings(
                        rooms, replies, deps.telemetry().metrics(), deps.edge().socket(), deps.memory()),
                deps.limits(),
                deps.shedder(),
                FlushCoalescer.of(context),
                heartbeat,
                deps.telemetry().audit(),
                deps.clock());
        timers = wheel;
        registry = connections;
        SessionSupervisor supervisor = supervisor(connections, freshness, sessionEnder, wheel);
        supervisor.begin(deps.cutoffs());
        EdgeStatsSampler sampler =
                new EdgeStatsSampler(instance, deps.telemetry().stats(), connections.all(), shard, sessionEnder);
        vertx.setPeriodic(EdgeStatsSampler.INTERVAL_MS, any -> sampler.sample());
        vertx.setPeriodic(SessionEnder.RETRY_MS, any -> sessionEnder.retry());
        return Future.all(
                        deps.bus()
                                .subscribe(
                                        Cutoff.NOTICE,
                                        instance,
                                        hint -> deps.cutoffs().readSoon(hint.lane())),
                        deps.bus().answer(LivenessProbe.QUESTION, instance, new LivenessResponder(connections)::answer))
                .compose(any -> listen(handshake(
                        connections, supervisor, sessions, framePath(hub, rooms, replies, freshness, wheel))));
    }

    private SessionSupervisor supervisor(
            ConnectionRegistry connections, CutoffFreshness freshness, SessionEnder sessionEnder, TimerWheel wheel) {
        SessionRevoker revoker = new SessionRevoker(
                connections,
                deps.cutoffs().recent(),
                deps.telemetry().audit(),
                deps.telemetry().metrics(),
                deps.clock());
        return new SessionSupervisor(
                new SessionSupervisor.Shared(
                        deps.stageClients().authenticator(),
                        deps.stageClients().limiter(),
                        deps.nodeIncarnation(),
                        deps.telemetry().audit(),
                        deps.clock()),
                context,
                connections,
                revoker,
                new RecheckSchedule(deps.edge().reconcileMs()),
                new LostLeaseCloser(connections.all(), wheel, deps.edge().leaseLostWindowMs()),
                sessionEnder,
                freshness,
                wheel);
    }

    private FrameHandler<Connection> framePath(
            StreamHub hub, LocalRooms rooms, ReplyWriter replies, CutoffFreshness freshness, TimerWheel wheel) {
        CutoffGate gate = new CutoffGate(freshness, deps.edge().cutoffs().maxWaitMs(), deps.clock());
        ReplyReservations reservations = new ReplyReservations(deps.memory(), rooms::run, wheel);
        JoinHandler joins = new JoinHandler(
                gate,
                deps.stageClients().rooms(),
                hub,
                rooms,
                replies,
                wheel,
                deps.edge().roomsPerConnection(),
                reservations,
                deps.streamsConfig().partBytes());
        RoomAuthorizer authorizer = deps.stageClients().rooms();
        Broadcaster broadcaster = deps.stageClients().broadcaster();
        return new FramePath(
                gate,
                deps.stageClients().limiter(),
                new FrameActions(
                        authorizer,
                        joins,
                        new MessageHandler(
                                gate, authorizer, broadcaster, deps.telemetry().metrics()),
                        new HistoryHandler(broadcaster, reservations),
                        deps.clock()),
                deps.clock());
    }

    private HandshakeHandler handshake(
            ConnectionRegistry connections,
            SessionSupervisor supervisor,
            SessionOpener sessions,
            FrameHandler<Connection> framePath) {
        Handshake handshake = new Handshake(
                deps.httpFront().rules(),
                deps.stageClients().limiter(),
                deps.connectionLimiter(),
                sessions,
                deps.auth());
        FrameHandler<Connection> authFramePath = new AuthFramePath(sessions, supervisor, framePath);
        HandshakeHandler.Surroundings surroundings = new HandshakeHandler.Surroundings(
                deps.httpFront().pending(),
                deps.httpFront().proxies(),
                deps.httpFront().responses(),
                deps.auth(),
                deps.telemetry().audit(),
                deps.telemetry().refusedHandshakes(),
                deps.clock());
        return new HandshakeHandler(
                surroundings, handshake, connections, supervisor, sessions, authFramePath, framePath);
    }

    private Future<?> listen(HandshakeHandler handler) {
        HttpRefusalLog refusals =
                new HttpRefusalLog(deps.telemetry().audit(), deps.httpFront().proxies());
        ApiContract contract = ApiContract.published();
        Router router = PublicApi.bindFiles(new RouterBuilder(
                                contract, Listener.PUBLIC, deps.httpFront().responses(), refusals::record)
                        .cors(deps.httpFront().cors())
                        .bodies(new BodyReader(
                                vertx,
                                deps.httpFront().bodies(),
                                deps.httpFront().proxies(),
                                deps.httpFront().listener().bodyMs())))
                .bind(PublicApi.OPEN_WEB_SOCKET, request -> handler.handle(request.http()))
                .build();
        PublicRequestHandler.Limits limits = new PublicRequestHandler.Limits(
                deps.httpFront().rates(),
                deps.httpFront().listener().requestsPerConnection(),
                deps.httpFront().proxies(),
                deps.telemetry().metrics());
        PublicRequestHandler requests = new PublicRequestHandler(
                router,
                deps.httpFront().responses(),
                refusals,
                limits,
                contract.operation(PublicApi.OPEN_WEB_SOCKET).path().toString());
        HttpServerOptions options = HttpServerSettings.options(
                deps.httpFront().listener(), deps.httpFront().tls(), deps.edge().socket());
        return new BoundedHttpServer(
                        deps.httpFront().pending(),
                        deps.httpFront().listener().headerLines(),
                        deps.memory()::isExceeded)
                .create(vertx, options)
                .requestHandler(requests::handle)
                .invalidRequestHandler(requests::handleInvalid)
                .listen()
                .onSuccess(open -> deps.instances().listeningOn(open.actualPort()));
    }
}
