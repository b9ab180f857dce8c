package dev.portcullis.edge;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.login.LivenessProbe;
import dev.portcullis.auth.login.SessionActivity;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.session.SessionEnder;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.bus.Bus;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.connection.FrameBarrier;
import dev.portcullis.edge.connection.Heartbeat;
import dev.portcullis.edge.connection.LoopInventory;
import dev.portcullis.edge.connection.LoopSubscribers;
import dev.portcullis.edge.connection.LoopSubscribers.SubscriptionListener;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.connection.ReplyWriter;
import dev.portcullis.edge.frame.AuthFramePath;
import dev.portcullis.edge.frame.FrameActions;
import dev.portcullis.edge.frame.FramePath;
import dev.portcullis.edge.frame.FrameTrace;
import dev.portcullis.edge.frame.HistoryHandler;
import dev.portcullis.edge.frame.InboxDelivery;
import dev.portcullis.edge.frame.JoinHandler;
import dev.portcullis.edge.frame.JoinedRoomCheck;
import dev.portcullis.edge.frame.PublishHandler;
import dev.portcullis.edge.frame.SearchHandler;
import dev.portcullis.edge.frame.TokenRefreshHandler;
import dev.portcullis.edge.frame.UploadHandler;
import dev.portcullis.edge.handshake.Admission;
import dev.portcullis.edge.handshake.EngineHandshake;
import dev.portcullis.edge.handshake.Handshake;
import dev.portcullis.edge.handshake.HandshakeHandler;
import dev.portcullis.edge.handshake.OpeningToken;
import dev.portcullis.edge.handshake.UpgradeExchange;
import dev.portcullis.edge.presence.LoopPresence;
import dev.portcullis.edge.presence.PresenceHandler;
import dev.portcullis.edge.session.CutoffFreshness;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.edge.session.Greeting;
import dev.portcullis.edge.session.NotificationDelivery;
import dev.portcullis.edge.session.RoomReporter;
import dev.portcullis.edge.session.SessionOpener;
import dev.portcullis.edge.session.SessionResponder;
import dev.portcullis.edge.session.SessionRevoker;
import dev.portcullis.edge.session.SessionSupervisor;
import dev.portcullis.edge.socket.ChatSocketFactory;
import dev.portcullis.edge.socket.FlushCoalescer;
import dev.portcullis.edge.socket.MessageCompression;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.edge.socketio.ConnectPath;
import dev.portcullis.edge.socketio.PollingRequests;
import dev.portcullis.edge.socketio.SocketIoEndpoint;
import dev.portcullis.edge.socketio.engine.EngineLoop;
import dev.portcullis.inventory.InventoryQuery;
import dev.portcullis.ratelimit.ban.BanService;
import dev.portcullis.resilience.TimersInStep;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.StreamHubShard;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The edge on one event loop: puts its objects together, opens its listener last, and drains its connections.
 */
final class EdgeLoop {
    /** Added to the close linger: after both, the drain is complete even if a connection is not yet closed. */
    private static final long CLOSE_MARGIN_MS = 1_000;

    private final Edge edge;
    private final EdgeServices services;
    private final EdgeConfig config;
    private final int instance;
    private final Context context;
    private final Vertx vertx;
    private final StreamHubShard shard;
    private final StreamHub hub;
    private final TimerWheel timers;
    private final ReplyWriter replies;
    private final ReplyReservations reservations;
    private final LoopPresence presence;
    private final LoopSubscribers subscribers;
    private final CutoffFreshness freshness;
    private final FrameBarrier barrier = new FrameBarrier();
    private final CutoffGate gate;
    private final SessionEnder sessionEnder;
    private final SessionOpener sessions;
    private final ConnectionRegistry connections;
    private final JoinHandler joins;
    private final InboxDelivery inboxes;
    private final SessionSupervisor supervisor;

    EdgeLoop(Edge edge, int instance, Context context, StreamHubShard shard, StreamHub hub) {
        this.edge = edge;
        this.services = edge.services;
        this.config = edge.config.edge();
        this.instance = instance;
        this.context = context;
        this.vertx = services.vertx();
        this.shard = shard;
        this.hub = hub;
        this.timers = new TimerWheel(vertx);
        this.replies =
                new ReplyWriter(services.audit(), services.metrics(), edge.anomaly.addresses(), services.clock());
        this.presence = new LoopPresence(context, edge.presence, edge.attendance, hub, edge.memory);
        this.subscribers = new LoopSubscribers(
                context,
                hub,
                edge.memory,
                services.metrics(),
                services.clock(),
                Stream.concat(Stream.of(presence), roomReporter().stream()).toArray(SubscriptionListener[]::new));
        this.freshness = new CutoffFreshness(
                edge.cutoffs::readLane, config.cutoffs().maxAgeMs(), timers, System::nanoTime, services.clock());
        this.gate = new CutoffGate(freshness, config.cutoffs().maxWaitMs(), services.clock());
        this.reservations = new ReplyReservations(edge.memory, subscribers::run, timers);
        this.sessionEnder = new SessionEnder(
                session -> edge.authenticator.end(session.sender().userId(), session.id()),
                this::later,
                config.connections().perNode());
        this.sessions = sessionOpener();
        this.connections = connectionRegistry();
        this.joins = joinHandler();
        this.inboxes = new InboxDelivery(joins, edge.messages);
        this.supervisor = sessionSupervisor();
    }

    private void later(Runnable task) {
        context.runOnContext(any -> task.run());
    }

    private Optional<RoomReporter> roomReporter() {
        return services.rooms()
                .map(outbox -> new RoomReporter(
                        context,
                        outbox,
                        services.nodeIncarnation()::incarnation,
                        services.clock(),
                        config.connections().perNode()));
    }

    private SessionOpener sessionOpener() {
        return new SessionOpener(
                edge.authenticator,
                edge.messages,
                new Greeting(
                        edge.limiter,
                        config.heartbeat().intervalMs(),
                        config.socket().frameBytes(),
                        edge.config.broadcast().longestExpiryMs(),
                        services.clock()),
                sessionEnder,
                freshness,
                edge::isBanned,
                edge.config.csrf(),
                config.cutoffs().maxWaitMs(),
                () -> new SessionOwner(
                        services.nodeIncarnation().node(),
                        services.nodeIncarnation().incarnation(),
                        instance));
    }

    private ConnectionRegistry connectionRegistry() {
        return new ConnectionRegistry(
                new Connection.Dependencies(
                        subscribers, replies, services.metrics(), config.socket(), edge.memory, edge.anomaly),
                services.ratelimit(),
                new Heartbeat(
                        config.heartbeat(),
                        edge.config.auth().expiryNoticeMs(),
                        edge.config.sessions().idleMs(),
                        timers,
                        services.clock()),
                services.audit(),
                services.clock(),
                this::later);
    }

    private SessionSupervisor sessionSupervisor() {
        SessionRevoker revoker = new SessionRevoker(
                connections,
                edge.cutoffs.recent(),
                services.bans(),
                services.audit(),
                services.metrics(),
                config.revokedCloseCode(),
                this::later,
                services.clock());
        return new SessionSupervisor(
                context,
                services.nodeIncarnation(),
                edge.authenticator,
                edge.limiter,
                connections,
                revoker,
                sessionEnder,
                freshness,
                timers,
                config.leaseLostWindowMs(),
                inboxes::begin);
    }

    /** Completes when this instance hears what the bus brings. */
    Future<?> answer() {
        supervisor.begin(edge.cutoffs, config.reconcileMs());
        new NotificationDelivery(connections, edge.memory, subscribers::run).begin(edge.notifications);
        EdgeStatsSampler sampler = new EdgeStatsSampler(
                instance, edge.stats, connections.all(), connections::sessions, shard, sessionEnder);
        TimersInStep.every(vertx, EdgeStatsSampler.INTERVAL_MS, any -> sampler.sample(System.nanoTime()));
        TimersInStep.every(vertx, SessionEnder.RETRY_MS, any -> sessionEnder.retry());
        SessionResponder responder = new SessionResponder(connections);
        LoopInventory inventory = new LoopInventory(connections, subscribers, this::later, services.clock());
        Bus bus = services.bus();
        return Future.all(
                bus.subscribe(
                        BanService.NOTICE, instance, hint -> services.bans().hint()),
                bus.subscribe(Cutoff.NOTICE, instance, hint -> edge.cutoffs.readLane(hint.lane())),
                bus.answer(
                        RoomConnections.COUNT,
                        instance,
                        asked -> shard.subscriptions(asked.room()).map(RoomConnections.Reply::new)),
                bus.answer(
                        RoomConnections.CONFIRM,
                        instance,
                        asked -> shard.confirmSubscriptions(asked.room()).map(RoomConnections.Reply::new)),
                bus.answer(InventoryQuery.QUESTION, instance, inventory::answer),
                bus.answer(LivenessProbe.QUESTION, instance, responder::liveness),
                bus.answer(SessionActivity.QUESTION, instance, responder::activity));
    }

    /** Opens the listener for clients. */
    Future<?> listen() {
        edge.instances.holding(context, barrier);
        FramePath framePath = framePath();
        AuthFramePath authFramePath = new AuthFramePath(barrier, sessions, edge.refusedTokens, supervisor, framePath);
        return new PublicListener(edge, instance, reservations)
                .open(
                        webSocket(authFramePath, framePath),
                        config.socketIo().enabled()
                                ? Optional.of(socketIo(authFramePath, framePath))
                                : Optional.empty());
    }

    private FramePath framePath() {
        return new FramePath(
                barrier,
                gate,
                edge.limiter,
                new FrameActions(
                        edge.rooms,
                        joins,
                        new PublishHandler(
                                gate,
                                edge.rooms,
                                edge.membershipEnd,
                                edge.broadcaster,
                                services.metrics(),
                                services.audit()),
                        new HistoryHandler(edge.broadcaster, edge.messages, reservations),
                        new SearchHandler(edge.search, reservations),
                        inboxes,
                        new TokenRefreshHandler(
                                edge.authenticator,
                                edge.refusedTokens,
                                supervisor::renew,
                                new JoinedRoomCheck(edge.rooms, joins),
                                presence),
                        new UploadHandler(edge.rooms, services.uploads().get()),
                        new PresenceHandler(edge.attendance, presence),
                        edge.config.events().types(),
                        services.clock()),
                edge.config.events().newJudge(services.content()),
                edge.events,
                services.tracing().map(tracing -> new FrameTrace(tracing, context)));
    }

    private JoinHandler joinHandler() {
        return new JoinHandler(
                gate,
                edge.rooms,
                hub,
                subscribers,
                presence,
                replies,
                timers,
                config.roomsPerConnection(),
                reservations,
                edge.broadcaster,
                edge.config.streams().partBytes());
    }

    private HandshakeHandler webSocket(AuthFramePath authFramePath, FramePath framePath) {
        Optional<MessageCompression> compression =
                edge.config.http().compression() ? Optional.of(new MessageCompression()) : Optional.empty();
        return new HandshakeHandler(
                exchanges(edge.config.auth()),
                new Admission(
                        edge.config.http().handshakeMs() / 2, this::later, edge.waitingHandshakes, services.metrics()),
                barrier,
                handshake(),
                sockets(compression),
                connections,
                supervisor,
                sessions,
                authFramePath,
                framePath);
    }

    /**
     * A client of Socket.IO presents its token when it connects to the namespace. A header of its requests may be meant for what
     * stands in front of this server, so it is of use where it is right, and nothing where it is not; a cookie is what its browser
     * sends by itself.
     */
    private SocketIoEndpoint socketIo(AuthFramePath authFramePath, FramePath framePath) {
        AuthConfig auth = edge.config.auth();
        ChatSocketFactory sockets = sockets(Optional.empty());
        EngineLoop engine = new EngineLoop(
                context,
                config.socket(),
                edge.shedder,
                timers,
                config.socketIo().packets(),
                config.heartbeat().timeoutMs());
        OpeningToken openingToken = new OpeningToken(auth, edge.authenticator, edge::isBanned, edge.budget::proved);
        return new SocketIoEndpoint(
                new EngineHandshake(handshake(), openingToken, auth, services.clock()),
                connections,
                supervisor,
                sockets,
                config.heartbeat(),
                config.socketIo(),
                name -> edge.config.events().types().of(name).isPresent(),
                edge.engineSessions,
                engine,
                new ConnectPath.Shared(sessions, authFramePath, auth, framePath),
                new PollingRequests(
                        exchanges(auth.onlyBy(CredentialSource.COOKIE)),
                        edge.budget,
                        edge.cors,
                        edge.bodies,
                        edge.engineRefusals,
                        engine));
    }

    private ChatSocketFactory sockets(Optional<MessageCompression> compression) {
        return new ChatSocketFactory(FlushCoalescer.of(context), config.socket(), edge.shedder, compression);
    }

    private Handshake handshake() {
        return new Handshake(
                edge.handshakeRules,
                edge.addresses,
                edge.limiter,
                edge.givenBackAttempts,
                edge.refusedOpenings,
                edge.connectionLimiter,
                sessions,
                edge.refusedTokens,
                edge.config.auth());
    }

    private UpgradeExchange.Dependencies exchanges(AuthConfig auth) {
        return new UpgradeExchange.Dependencies(
                edge.pending,
                edge.proxies,
                edge.responses,
                auth,
                services.audit(),
                edge.anomaly.addresses(),
                edge.refusedHandshakes,
                services.metrics(),
                services.clock());
    }

    Future<?> drain() {
        return new Drain(vertx, timers, edge.pending::isAnswering, System::nanoTime)
                .begin(
                        connections::all,
                        edge.instances.drainMs(config.drainMs()),
                        config.socket().closeLingerMs() + CLOSE_MARGIN_MS)
                .onComplete(any -> timers.stop(vertx));
    }
}
