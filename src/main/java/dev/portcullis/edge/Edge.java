package dev.portcullis.edge;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.metrics.CounterFamily;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Gauges;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.AccountsConfig;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.broadcast.presence.PresenceReporter;
import dev.portcullis.broadcast.presence.RoomPresence;
import dev.portcullis.bus.Bus;
import dev.portcullis.config.Live;
import dev.portcullis.edge.anomaly.AnomalyWatch;
import dev.portcullis.edge.connection.ConnectionLimiter;
import dev.portcullis.edge.files.FileCounts;
import dev.portcullis.edge.handshake.HandshakeRefusal;
import dev.portcullis.edge.listener.CertificateWatch;
import dev.portcullis.edge.listener.HttpServerSettings;
import dev.portcullis.edge.session.CutoffFollower;
import dev.portcullis.edge.session.NotificationFollower;
import dev.portcullis.edge.session.RefusedTokens;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.http.RequiredHeadersConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig;
import dev.portcullis.ratelimit.ban.BanFollower;
import dev.portcullis.ratelimit.ban.Bans;
import dev.portcullis.ratelimit.login.LoginLimiter;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import dev.portcullis.ratelimit.reputation.AddressReputation;
import dev.portcullis.ratelimit.stuffing.StuffingConfig;
import dev.portcullis.ratelimit.stuffing.StuffingLimiter;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.delivery.FollowedStreamsListener;
import dev.portcullis.streams.delivery.HubMemory;
import dev.portcullis.streams.lane.NodeIncarnation;
import dev.portcullis.uploads.UploadPlace;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The edge of one node: puts together what all its instances share. {@link EdgeLoop} does the same for one event loop.
 */
public final class Edge {
    final Services services;
    final Sections config;
    final StageClients stages;
    final HttpFront front;
    final EdgeInstances instances;
    final EdgeStats stats;
    final MemoryBudget memory;
    final LoadShedder shedder;
    final CertificateWatch certificates;
    final ConnectionLimiter connectionLimiter;
    final EnumCounters<HandshakeRefusal> refusedHandshakes;
    final FileCounts files;
    final HubMemory hubMemory = HubMemory.ofLargestHeap();
    final CutoffFollower cutoffs;
    final NotificationFollower notifications;
    final AnomalyWatch anomaly;
    final PresenceReporter presence;
    final RoomPresence attendance;

    /**
     * What the node gives its edge.
     *
     * @param readLane asks for a read of this lane that begins at once; callable from any thread
     * @param uploads where files are; asked when the listener opens
     * @param rooms is told who enters and leaves rooms; empty where no hook asks for that
     */
    public record Services(
            Vertx vertx,
            Bus bus,
            StreamStore streams,
            FollowedStreamsListener followedStreams,
            NodeIncarnation nodeIncarnation,
            IntConsumer readLane,
            BanFollower bans,
            AddressReputation reputation,
            Audit audit,
            Metrics metrics,
            LongSupplier clock,
            Supplier<Optional<UploadPlace>> uploads,
            Optional<? extends HookOutbox> rooms) {}

    /** The sections of the configuration that concern the edge. */
    public record Sections(
            EdgeConfig edge,
            HttpConfig http,
            TlsConfig tls,
            Live<OriginConfig> origin,
            RequiredHeadersConfig handshake,
            AuthConfig auth,
            CsrfConfig csrf,
            AccountsConfig accounts,
            Live<RateLimitConfig> ratelimit,
            StuffingConfig stuffing,
            BroadcastConfig broadcast,
            StreamsConfig streams,
            SessionsConfig sessions,
            Live<AnomalyConfig> anomaly) {}

    /** Clients of the stages. */
    record StageClients(
            Authenticator authenticator,
            RateLimiter limiter,
            RefusedTokens refusedTokens,
            RoomAuthorizer rooms,
            Broadcaster broadcaster,
            DirectMessages messages,
            Accounts accounts,
            LoginLimiter logins) {}

    public Edge(int instances, Services services, Sections config) {
        this(new EdgeInstances(instances), services, config);
    }

    Edge(EdgeInstances instances, Services services, Sections config) {
        this.services = services;
        this.config = config;
        this.instances = instances;
        Broadcaster broadcaster =
                new Broadcaster(services.vertx(), services.bus(), config.broadcast(), services.clock());
        this.stages = new StageClients(
                new Authenticator(services.vertx(), services.bus(), services.clock()),
                new RateLimiter(
                        services.bus(), config.ratelimit(), new ObservedLimits(services.metrics(), services.audit())),
                new RefusedTokens(new StuffingLimiter(services.bus(), config.stuffing())),
                new RoomAuthorizer(services.bus()),
                broadcaster,
                new DirectMessages(services.bus(), broadcaster),
                new Accounts(services.bus()),
                new LoginLimiter(services.bus(), () -> config.ratelimit().get().login()));
        this.stats = new EdgeStats(instances.count());
        this.memory = new MemoryBudget(config.edge().socket().bufferedBytes());
        this.front = HttpFront.of(services, config, this.instances, memory);
        this.certificates = new CertificateWatch(
                services.vertx(), config.tls(), services.metrics(), services.clock(), this::serveCertificate);
        this.shedder = new LoadShedder(memory);
        this.connectionLimiter = new ConnectionLimiter(config.edge().connections());
        this.refusedHandshakes = services.metrics()
                .counters(CounterFamily.HANDSHAKES_REFUSED, HandshakeRefusal.class, HandshakeRefusal::id);
        this.files = new FileCounts(services.metrics());
        this.cutoffs = new CutoffFollower(
                services.vertx(),
                services.streams(),
                config.streams(),
                config.edge().cutoffs(),
                stages.authenticator(),
                services.readLane(),
                services.clock());
        this.notifications =
                new NotificationFollower(services.vertx(), services.streams(), config.streams(), services.readLane());
        this.anomaly = new AnomalyWatch(
                config.anomaly(),
                new Bans(services.bus()),
                address -> services.bans().ofAddress(address).isPresent(),
                services.audit(),
                services.metrics(),
                services.clock());
        this.presence = new PresenceReporter(
                services.vertx().getOrCreateContext(),
                services.bus(),
                config.broadcast().presence());
        this.attendance = new RoomPresence(services.vertx(), services.bus());
        watch(services.metrics().gauges());
    }

    private void watch(Gauges gauges) {
        gauges.watchSessions(stats::sessions);
        gauges.watchPendingSessionEnds(stats::pendingSessionEnds);
        gauges.watchRooms(stats::rooms);
        gauges.watchOutboxBytes(stats::outboxBytes);
        gauges.watchMessageRate(stats::messageRate);
        gauges.watchBufferedBytes(memory::used, memory::limit);
        gauges.watchConnectionSlots(
                connectionLimiter::size, connectionLimiter::unauthenticated, connectionLimiter::addresses);
        gauges.watchBans(services.bans()::count, services.bans()::ageSeconds);
        gauges.watchPendingConnections(front.pending()::size);
    }

    /** From now on each handshake of TLS is made with this certificate. Open connections stay. */
    public Future<?> replaceCertificate(TlsConfig tls) {
        return certificates.replace(tls);
    }

    private Future<?> serveCertificate(TlsConfig tls) {
        return instances.replaceCertificate(
                HttpServerSettings.options(config.http(), tls, config.edge().socket())
                        .getSslOptions());
    }

    /** Completes when the stage {@code broadcast} can tell this node who is in its rooms. */
    public Future<Void> openPresence() {
        return presence.open();
    }

    public EdgeInstances instances() {
        return instances;
    }

    public MemoryBudget memory() {
        return memory;
    }

    public CutoffFollower cutoffs() {
        return cutoffs;
    }

    public NotificationFollower notifications() {
        return notifications;
    }
}
