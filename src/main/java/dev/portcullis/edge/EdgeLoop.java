package dev.portcullis.edge;

import dev.portcullis.auth.login.LivenessProbe;
import dev.portcullis.auth.login.SessionActivity;
import dev.portcullis.auth.session.SessionEnder;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.connection.Heartbeat;
import dev.portcullis.edge.connection.LoopSubscribers;
import dev.portcullis.edge.connection.LoopSubscribers.SubscriptionListener;
import dev.portcullis.edge.connection.ReplyWriter;
import dev.portcullis.edge.frame.AuthFramePath;
import dev.portcullis.edge.frame.FramePath;
import dev.portcullis.edge.frame.ReplyReservations;
import dev.portcullis.edge.presence.LoopPresence;
import dev.portcullis.edge.session.ActivityResponder;
import dev.portcullis.edge.session.BanCloser;
import dev.portcullis.edge.session.CutoffFreshness;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.edge.session.Greeting;
import dev.portcullis.edge.session.LivenessResponder;
import dev.portcullis.edge.session.LostLeaseCloser;
import dev.portcullis.edge.session.NotificationDelivery;
import dev.portcullis.edge.session.RoomReporter;
import dev.portcullis.edge.session.SessionOpener;
import dev.portcullis.edge.session.SessionRevoker;
import dev.portcullis.edge.session.SessionSupervisor;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.ratelimit.ban.BanService;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.delivery.StreamHubShard;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** The edge on one event loop: puts its objects together, opens its listener last, and drains its connections. */
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
    private final TimerWheel timers;
    private final ReplyWriter replies;
    private final LoopPresence presence;
    private final LoopSubscribers subscribers;
    private final CutoffFreshness freshness;
    private final CutoffGate gate;
    private final ReplyReservations reservations;
    private final FramePathFactory frames;
    private final SessionEnder sessionEnder;
    private final SessionOpener sessions;
    private final ConnectionRegistry connections;
    private final SessionSupervisor supervisor;

    EdgeLoop(Edge edge, int instance, Context context, StreamHubShard shard, StreamHub hub) {
        this.edge = edge;
        this.services = edge.services;
        this.config = edge.config.edge();
        this.instance = instance;
        this.context = context;
        this.vertx = services.vertx();
        this.shard = shard;
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
                SubscriptionListener.both(presence, roomListener()));
        this.freshness = new CutoffFreshness(
                edge.cutoffs::readLane, config.cutoffs().maxAgeMs(), timers, System::nanoTime, services.clock());
        this.gate = new CutoffGate(freshness, config.cutoffs().maxWaitMs(), services.clock());
        this.reservations = new ReplyReservations(edge.memory, subscribers::run, timers);
        this.frames = new FramePathFactory(edge, gate, hub, subscribers, presence, replies, timers, reservations);
        this.sessionEnder = new SessionEnder(
                session -> edge.stages.authenticator().end(session.sender().userId(), session.id()),
                this::later,
                config.connections().perNode());
        this.sessions = sessionOpener();
        this.connections = connectionRegistry();
        this.supervisor = sessionSupervisor();
    }

    private SubscriptionListener roomListener() {
        return services.rooms()
                .<SubscriptionListener>map(outbox -> new RoomReporter(
                        context,
                        outbox,
                        services.nodeIncarnation()::incarnation,
                        services.clock(),
                        config.connections().perNode()))
                .orElse(SubscriptionListener.NONE);
    }

    /** Completes when this instance hears what the bus brings. */
    Future<?> answer() {
        supervisor.begin(edge.cutoffs, config.reconcileMs());
        new NotificationDelivery(connections, edge.memory, subscribers::run).begin(edge.notifications);
        EdgeStatsSampler sampler = new EdgeStatsSampler(instance, edge.stats, connections.all(), shard, sessionEnder);
        vertx.setPeriodic(EdgeStatsSampler.INTERVAL_MS, any -> sampler.sample(System.nanoTime()));
        vertx.setPeriodic(SessionEnder.RETRY_MS, any -> sessionEnder.retry());
        return Future.all(
                services.bus()
                        .subscribe(
                                BanService.NOTICE,
                                instance,
                                hint -> services.bans().hint()),
                services.bus().subscribe(Cutoff.NOTICE, instance, hint -> edge.cutoffs.readLane(hint.lane())),
                services.bus()
                        .answer(
                                RoomConnections.COUNT,
                                instance,
                                asked -> shard.subscriptions(asked.room()).map(RoomConnections.Reply::new)),
                services.bus()
                        .answer(
                                RoomConnections.CONFIRM,
                                instance,
                                asked ->
                                        shard.confirmSubscriptions(asked.room()).map(RoomConnections.Reply::new)),
                services.bus().answer(LivenessProbe.QUESTION, instance, new LivenessResponder(connections)::answer),
                services.bus().answer(SessionActivity.QUESTION, instance, new ActivityResponder(connections)::answer));
    }

    Future<?> drain() {
        return new Drain(vertx, timers)
                .begin(
                        connections::all,
                        edge.instances.drainMs(config.drainMs()),
                        config.socket().closeLingerMs() + CLOSE_MARGIN_MS)
                .onComplete(any -> timers.stop(vertx));
    }

    private SessionOpener sessionOpener() {
        return new SessionOpener(
                edge.stages.authenticator(),
                edge.stages.messages(),
                new Greeting(
                        edge.stages.limiter(),
                        config.heartbeat().intervalMs(),
                        config.socket().frameBytes()),
                sessionEnder,
                freshness,
                user -> services.bans().ofUser(user).isPresent(),
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
                edge.config.ratelimit(),
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
                services.clock());
        return new SessionSupervisor(
                new SessionSupervisor.Shared(
                        edge.stages.authenticator(),
                        edge.stages.limiter(),
                        services.nodeIncarnation(),
                        services.audit()),
                context,
                connections,
                revoker,
                new BanCloser(
                        connections,
                        services.bans(),
                        services.audit(),
                        services.metrics(),
                        this::later,
                        services.clock()),
                new LostLeaseCloser(connections.all(), timers, config.leaseLostWindowMs()),
                sessionEnder,
                freshness,
                timers,
                frames.inboxDelivery()::begin);
    }

    private void later(Runnable task) {
        context.runOnContext(any -> task.run());
    }

    /** Opens the listener for clients. */
    Future<?> listen() {
        FramePath framePath = frames.path(supervisor::renew);
        LoopHandlers handlers = new LoopHandlers(
                edge,
                context,
                connections,
                supervisor,
                sessions,
                timers,
                new AuthFramePath(sessions, edge.stages.refusedTokens(), supervisor, framePath),
                framePath);
        return new PublicListener(edge, instance).open(handlers.webSocket(), handlers.socketIo());
    }
}
