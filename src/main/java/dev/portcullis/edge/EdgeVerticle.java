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
    private static final String SOCKET = "/ws";

    /** Beyond the time in which a peer must answer a close frame, or is cut off for not doing so. */
    private static final long CLOSING_MS = 1_000;

    private final int instance;
    private final EdgeDependencies parts;
    private @Nullable ConnectionRegistry registry;
    private @Nullable TimerWheel timers;

    public EdgeVerticle(int instance, EdgeDependencies parts) {
        this.instance = instance;
        this.parts = parts;
    }

    @Override
    public Future<?> start() {
        StreamHubShard shard = new StreamHubShard(
                context, parts.streams(), parts.streamsConfig(), parts.following(), parts.carriedMemory());
        return parts.bus()
                .subscribe(FanOut.ENTRY, instance, shard::offer)
                .compose(any -> here(parts.instances().ready(instance, shard)))
                .compose(hub -> open(shard, hub));
    }

    /** Frames go on being served until each connection's slot: what is in the middle of something is finished. */
    @Override
    public Future<?> stop() {
        ConnectionRegistry all = registry;
        TimerWheel ticks = timers;
        if (all == null || ticks == null) {
            return Future.succeededFuture();
        }
        parts.instances().drain();
        return new Drain(vertx, ticks)
                .begin(all, parts.edge().drainMs(), parts.edge().socket().closeLingerMs() + CLOSING_MS)
                .onComplete(any -> ticks.stop(vertx));
    }

    /** The last instance to arrive completes it for all; each goes on on its own event loop. */
    private <T> Future<T> here(Future<T> future) {
        Promise<T> promise = Promise.promise();
        future.onComplete((value, failure) -> context.runOnContext(any -> promise.complete(value, failure)));
        return promise.future();
    }

    private Future<?> open(StreamHubShard shard, StreamHub hub) {
        TimerWheel ticks = new TimerWheel(vertx);
        ReplyWriter replies =
                new ReplyWriter(parts.telemetry().audit(), parts.telemetry().metrics(), parts.clock());
        LocalRooms rooms =
                new LocalRooms(context, hub, parts.memory(), parts.telemetry().metrics(), parts.clock());
        CutoffFreshness freshness = new CutoffFreshness(
                parts.cutoffs()::readSoon, parts.edge().cutoffs().maxAgeMs(), ticks, System::nanoTime, parts.clock());
        SessionEnder sessionEnder = new SessionEnder(
                parts.stageClients().authenticator(),
                parts.clock(),
                parts.edge().connections().perNode());
        SessionOpener sessions = new SessionOpener(
                parts.stageClients().authenticator(),
                parts.stageClients().broadcaster(),
                new Greeting(
                        parts.stageClients().limiter(),
                        parts.edge().heartbeat().intervalMs(),
                        parts.edge().socket().frameBytes()),
                sessionEnder,
                freshness,
                parts.edge().cutoffs().maxWaitMs(),
                () -> new SessionOwner(
                        parts.nodeIncarnation().node(), parts.nodeIncarnation().incarnation(), instance));
        Heartbeat heartbeat = new Heartbeat(parts.edge().heartbeat(), ticks, parts.clock());
        ConnectionRegistry all = new ConnectionRegistry(
                new Connection.Surroundings(
                        rooms,
                        replies,
                        parts.telemetry().metrics(),
                        parts.edge().socket(),
                        parts.memory()),
                parts.limits(),
                parts.shedder(),
                FlushCoalescer.of(context),
                heartbeat,
                parts.telemetry().audit(),
                parts.clock());
        timers = ticks;
        registry = all;
        SessionSupervisor keeper = keeper(all, freshness, sessionEnder, ticks);
        keeper.begin(parts.cutoffs());
        EdgeStatsSampler taker =
                new EdgeStatsSampler(instance, parts.telemetry().stats(), all.all(), shard, sessionEnder);
        vertx.setPeriodic(EdgeStatsSampler.EVERY_MS, any -> taker.sample());
        vertx.setPeriodic(SessionEnder.RETRY_MS, any -> sessionEnder.retry());
        return Future.all(
                        parts.bus()
                                .subscribe(
                                        Cutoff.NOTICE,
                                        instance,
                                        hint -> parts.cutoffs().readSoon(hint.lane())),
                        parts.bus().answer(LivenessProbe.QUESTION, instance, new LivenessResponder(all)::answer))
                .compose(any ->
                        listen(handshake(all, keeper, sessions, framePath(hub, rooms, replies, freshness, ticks))));
    }

    private SessionSupervisor keeper(
            ConnectionRegistry all, CutoffFreshness freshness, SessionEnder sessionEnder, TimerWheel ticks) {
        SessionRevoker revoker = new SessionRevoker(
                all,
                parts.cutoffs().recent(),
                parts.telemetry().audit(),
                parts.telemetry().metrics(),
                parts.clock());
        return new SessionSupervisor(
                new SessionSupervisor.Shared(
                        parts.stageClients().authenticator(),
                        parts.stageClients().limiter(),
                        parts.nodeIncarnation(),
                        parts.telemetry().audit(),
                        parts.clock()),
                context,
                all,
                revoker,
                new RecheckSchedule(parts.edge().reconcileMs()),
                new LostLeaseCloser(all.all(), ticks, parts.edge().leaseLostWindowMs()),
                sessionEnder,
                freshness,
                ticks);
    }

    private FrameHandler<Connection> framePath(
            StreamHub hub, LocalRooms rooms, ReplyWriter replies, CutoffFreshness freshness, TimerWheel ticks) {
        CutoffGate gate = new CutoffGate(freshness, parts.edge().cutoffs().maxWaitMs(), parts.clock());
        ReplyReservations reservations = new ReplyReservations(parts.memory(), rooms::run, ticks);
        JoinHandler joins = new JoinHandler(
                gate,
                parts.stageClients().rooms(),
                hub,
                rooms,
                replies,
                ticks,
                parts.edge().roomsPerConnection(),
                reservations,
                parts.streamsConfig().partBytes());
        return new FramePath(
                gate,
                parts.stageClients().limiter(),
                new FrameAuthorization(parts.stageClients().rooms()),
                new FrameActions(
                        gate,
                        joins,
                        reservations,
                        parts.stageClients().rooms(),
                        parts.stageClients().broadcaster(),
                        parts.telemetry().metrics(),
                        parts.clock()),
                parts.clock());
    }

    private HandshakeHandler handshake(
            ConnectionRegistry all,
            SessionSupervisor keeper,
            SessionOpener sessions,
            FrameHandler<Connection> framePath) {
        Handshake handshake = new Handshake(
                parts.httpFront().rules(),
                parts.stageClients().limiter(),
                parts.connectionLimiter(),
                sessions,
                parts.auth());
        FrameHandler<Connection> entrance = new AuthFramePath(sessions, keeper, framePath);
        HandshakeHandler.Surroundings around = new HandshakeHandler.Surroundings(
                parts.httpFront().pending(),
                parts.httpFront().proxies(),
                parts.httpFront().responses(),
                parts.auth(),
                parts.telemetry().audit(),
                parts.telemetry().refusedHandshakes(),
                parts.clock());
        return new HandshakeHandler(around, handshake, all, keeper, sessions, entrance, framePath);
    }

    private Future<?> listen(HandshakeHandler handler) {
        HttpRefusalLog refusals =
                new HttpRefusalLog(parts.telemetry().audit(), parts.httpFront().proxies());
        Router router = new Router(parts.httpFront().responses(), refusals::note).get(SOCKET, handler::handle);
        SchemaRoute.on(router, parts.httpFront().responses(), parts.httpFront().cors());
        PublicRequestHandler.Limits limits = new PublicRequestHandler.Limits(
                parts.httpFront().rates(),
                parts.httpFront().listener().requestsPerConnection(),
                parts.httpFront().proxies(),
                parts.telemetry().metrics());
        PublicRequestHandler requests =
                new PublicRequestHandler(router, parts.httpFront().responses(), refusals, limits, SOCKET);
        HttpServerOptions options = HttpServerSettings.options(
                parts.httpFront().listener(),
                parts.httpFront().tls(),
                parts.edge().socket());
        return new BoundedHttpServer(
                        parts.httpFront().pending(),
                        parts.httpFront().listener().headerLines(),
                        parts.memory()::isExceeded)
                .create(vertx, options)
                .requestHandler(requests::handle)
                .invalidRequestHandler(requests::unreadable)
                .listen()
                .onSuccess(open -> parts.instances().listeningOn(open.actualPort()));
    }
}
