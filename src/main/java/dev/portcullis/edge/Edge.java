package dev.portcullis.edge;

import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.NamedCounters;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.MailedLinks;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.broadcast.presence.PresenceReporter;
import dev.portcullis.broadcast.presence.RoomPresence;
import dev.portcullis.edge.anomaly.AnomalyWatch;
import dev.portcullis.edge.connection.ConnectionLimiter;
import dev.portcullis.edge.files.FileCounts;
import dev.portcullis.edge.files.OwedLookups;
import dev.portcullis.edge.handshake.GivenBackAttempts;
import dev.portcullis.edge.handshake.HandshakeRefusal;
import dev.portcullis.edge.handshake.RefusedOpenings;
import dev.portcullis.edge.listener.CertificateWatch;
import dev.portcullis.edge.listener.HttpServerSettings;
import dev.portcullis.edge.session.CutoffFollower;
import dev.portcullis.edge.session.NotificationFollower;
import dev.portcullis.edge.session.RefusedTokens;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.socketio.SocketIoNode;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.events.EventType;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.http.routing.BodyMemory;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.ratelimit.ban.Bans;
import dev.portcullis.ratelimit.login.LoginLimiter;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import dev.portcullis.ratelimit.stuffing.StuffingLimiter;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.delivery.HubMemory;
import io.vertx.core.Future;

/**
 * The edge of one node: puts together what all its instances share. {@link EdgeLoop} does the same for one event loop.
 */
public final class Edge {
    final EdgeServices services;
    final EdgeSections config;
    final StageClients stages;
    final HttpFront front;
    final EdgeInstances instances;
    final EdgeStats stats;
    final MemoryBudget memory;
    private final BodyMemory bodies;
    final LoadShedder shedder;
    final CertificateWatch certificates;
    final ConnectionLimiter connectionLimiter;
    final GivenBackAttempts givenBackAttempts;
    final RefusedOpenings refusedOpenings;
    final EnumCounters<HandshakeRefusal> refusedHandshakes;
    final FileCounts files;
    final OwedLookups owedLookups;
    final HubMemory hubMemory = HubMemory.ofLargestHeap();
    final CutoffFollower cutoffs;
    final NotificationFollower notifications;
    final AnomalyWatch anomaly;
    final PresenceReporter presence;
    final RoomPresence attendance;
    final NamedCounters events;
    final SocketIoNode socketIo;

    /** Clients of the stages. */
    record StageClients(
            Authenticator authenticator,
            RateLimiter limiter,
            RefusedTokens refusedTokens,
            RoomAuthorizer rooms,
            Broadcaster broadcaster,
            DirectMessages messages,
            Accounts accounts,
            MailedLinks links,
            LoginLimiter logins) {}

    public Edge(EdgeInstances instances, EdgeServices services, EdgeSections config) {
        this.services = services;
        this.config = config;
        this.instances = instances;
        this.stages = new StageClients(
                new Authenticator(services.vertx(), services.bus(), services.clock()),
                new RateLimiter(
                        services.bus(), config.ratelimit(), new ObservedLimits(services.metrics(), services.audit())),
                new RefusedTokens(new StuffingLimiter(services.bus(), config.stuffing())),
                new RoomAuthorizer(services.bus()),
                new Broadcaster(services.vertx(), services.bus(), config.broadcast(), services.clock()),
                new DirectMessages(services.bus(), services.clock()),
                new Accounts(services.bus()),
                new MailedLinks(services.bus()),
                new LoginLimiter(services.bus(), () -> config.ratelimit().get().login()));
        this.stats = new EdgeStats(instances.count());
        SocketConfig sockets = config.edge().socket();
        this.memory = new MemoryBudget(sockets.bufferedBytes() - sockets.bodyBytes());
        this.bodies = new BodyMemory(sockets.bodyBytes());
        this.front = HttpFront.of(services, config, this.instances, bodies);
        this.certificates = new CertificateWatch(
                services.vertx(), config.tls(), services.metrics(), services.clock(), this::serveCertificate);
        this.shedder = new LoadShedder(memory);
        this.connectionLimiter = new ConnectionLimiter(config.edge().connections());
        this.givenBackAttempts = new GivenBackAttempts(config.ratelimit());
        this.refusedOpenings =
                new RefusedOpenings(config.ratelimit().get().tracking().addresses());
        this.refusedHandshakes =
                services.metrics().counters(Metric.HANDSHAKES_REFUSED, HandshakeRefusal.class, HandshakeRefusal::id);
        this.files = new FileCounts(services.metrics());
        this.owedLookups = new OwedLookups(front.budget(), front.proxies());
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
                new Bans(services.bus(), services.clock()),
                config.accounts().enabled() ? stages.accounts()::endLogin : (user, login) -> Future.succeededFuture(),
                address -> services.bans().ofAddress(address).isPresent(),
                services.audit(),
                services.metrics(),
                services.clock());
        this.presence = new PresenceReporter(
                services.vertx().getOrCreateContext(),
                services.bus(),
                config.broadcast().presence());
        this.attendance = new RoomPresence(services.vertx(), services.bus());
        this.events = services.metrics()
                .counters(
                        Metric.OWN_EVENTS,
                        config.events().types().all().stream()
                                .map(EventType::id)
                                .toList());
        this.socketIo = new SocketIoNode(
                config.edge().socketIo(),
                config.edge().heartbeat(),
                services.metrics(),
                name -> config.events().types().of(name).isPresent());
        watch(services.metrics());
    }

    private void watch(Metrics metrics) {
        metrics.measure(Metric.SESSIONS, stats::sessions);
        metrics.measure(Metric.SESSION_ENDS_PENDING, stats::pendingSessionEnds);
        metrics.measure(Metric.ROOMS, stats::rooms);
        metrics.measure(Metric.EVENT_LOOP_LAG_SECONDS, () -> stats.lag() / 1e9);
        metrics.measure(Metric.OUTBOX_BYTES, stats::outboxBytes);
        metrics.measure(
                Metric.CONNECTION_MESSAGE_RATE,
                "mean",
                () -> stats.messageRate().mean());
        metrics.measure(
                Metric.CONNECTION_MESSAGE_RATE, "p99", () -> stats.messageRate().p99());
        metrics.measure(Metric.BUFFERED_BYTES, () -> memory.used() + bodies.used());
        metrics.measure(Metric.BUFFERED_BYTES_LIMIT, () -> memory.limit() + bodies.max());
        metrics.measure(Metric.CONNECTION_SLOTS, connectionLimiter::size);
        metrics.measure(Metric.UNAUTHENTICATED_CONNECTIONS, connectionLimiter::unauthenticated);
        metrics.measure(Metric.CONNECTION_ADDRESSES, connectionLimiter::addresses);
        metrics.measure(Metric.BANS_IN_FORCE, services.bans()::count);
        metrics.measure(Metric.BANS_AGE_SECONDS, services.bans()::ageSeconds);
        metrics.measure(Metric.PENDING_CONNECTIONS, front.pending()::size);
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
