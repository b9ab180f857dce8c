package dev.portcullis.edge;

import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.MailedLinks;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.broadcast.presence.PresenceReporter;
import dev.portcullis.broadcast.presence.RoomPresence;
import dev.portcullis.edge.anomaly.AnomalyWatch;
import dev.portcullis.edge.api.UserGuard;
import dev.portcullis.edge.connection.ConnectionLimiter;
import dev.portcullis.edge.files.FileLog;
import dev.portcullis.edge.files.OwedLookups;
import dev.portcullis.edge.handshake.GivenBackAttempts;
import dev.portcullis.edge.handshake.HandshakeRefusal;
import dev.portcullis.edge.handshake.HandshakeRules;
import dev.portcullis.edge.handshake.RefusedOpenings;
import dev.portcullis.edge.listener.CertificateWatch;
import dev.portcullis.edge.listener.HttpServerSettings;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.edge.search.MessageSearch;
import dev.portcullis.edge.session.CutoffFollower;
import dev.portcullis.edge.session.NotificationFollower;
import dev.portcullis.edge.session.RefusedTokens;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.socketio.engine.EngineSession;
import dev.portcullis.edge.socketio.packet.EngineError;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.edge.tcp.PendingEnd;
import dev.portcullis.edge.tcp.PendingLimits;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.events.EventType;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.CrossOrigin;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.OriginRule;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.http.routing.BodyLimiter;
import dev.portcullis.http.routing.BodyMemory;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.ratelimit.ban.Bans;
import dev.portcullis.ratelimit.login.LoginLimiter;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import dev.portcullis.ratelimit.reputation.AddressGate;
import dev.portcullis.ratelimit.stuffing.StuffingLimiter;
import dev.portcullis.ratelimit.window.AddressWindows;
import dev.portcullis.resilience.MonotonicClock;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.delivery.HubMemory;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Puts together what the instances of a node's edge share. {@link EdgeLoop} does the same for one event loop.
 */
public final class Edge {
    final EdgeServices services;
    final EdgeSections config;
    final EdgeInstances instances;
    final EdgeStats stats;
    final AtomicInteger waitingHandshakes = new AtomicInteger();

    // the stages that it asks
    final Authenticator authenticator;
    final Accounts accounts;
    final MailedLinks links;
    final RateLimiter limiter;
    final LoginLimiter logins;
    final RefusedTokens refusedTokens;
    final RoomAuthorizer rooms;
    final Broadcaster broadcaster;
    final DirectMessages messages;
    final MembershipEnd membershipEnd;
    final MessageSearch search;

    // streams and presence
    final HubMemory hubMemory = HubMemory.ofLargestHeap();
    final CertificateWatch certificates;
    final CutoffFollower cutoffs;
    final NotificationFollower notifications;
    final PresenceReporter presence;
    final RoomPresence attendance;

    // memory
    final MemoryBudget memory;
    final LoadShedder shedder;
    private final BodyMemory bodyMemory;

    // requests
    final ClientAddress proxies;
    final HttpResponses responses;
    final CrossOrigin cors;
    final AddressGate addresses;
    final RequestBudget budget;
    final PendingConnectionLimit pending;
    final BodyReader bodies;
    final FileLog files;
    final OwedLookups owedLookups;

    // handshakes and connections
    final HandshakeRules handshakeRules;
    final GivenBackAttempts givenBackAttempts;
    final RefusedOpenings refusedOpenings;
    final EnumCounters<HandshakeRefusal> refusedHandshakes;
    final ConnectionLimiter connectionLimiter;
    final AnomalyWatch anomaly;
    final Consumer<String> events;
    /** The open sessions of the node by their ids. As many as there are connections, which bounds them. */
    final Map<String, EngineSession> engineSessions = new ConcurrentHashMap<>();

    final EnumCounters<EngineError> engineRefusals;

    public Edge(EdgeInstances instances, EdgeServices services, EdgeSections config) {
        this.services = services;
        this.config = config;
        this.instances = instances;
        this.stats = new EdgeStats(instances.count());

        this.authenticator = new Authenticator(services.vertx(), services.bus(), services.clock());
        this.accounts = new Accounts(services.bus());
        this.links = new MailedLinks(services.bus());
        this.limiter = new RateLimiter(
                services.bus(), services.ratelimit(), new ObservedLimits(services.metrics(), services.audit()));
        this.logins = new LoginLimiter(
                services.bus(), () -> services.ratelimit().get().login());
        this.refusedTokens = new RefusedTokens(new StuffingLimiter(services.bus(), config.stuffing()));
        this.rooms = new RoomAuthorizer(services.bus());
        this.broadcaster = new Broadcaster(services.vertx(), services.bus(), config.broadcast(), services.clock());
        this.messages = new DirectMessages(services.bus(), services.clock());
        this.membershipEnd = new MembershipEnd(rooms, broadcaster);
        this.search = new MessageSearch(rooms, broadcaster);

        this.certificates = new CertificateWatch(
                services.vertx(), config.tls(), services.metrics(), services.clock(), this::serveCertificate);
        this.cutoffs = cutoffFollower();
        this.notifications =
                new NotificationFollower(services.vertx(), services.streams(), config.streams(), services.readLane());
        this.presence = new PresenceReporter(services.vertx().getOrCreateContext(), services.bus());
        this.attendance = new RoomPresence(services.vertx(), services.bus());

        SocketConfig sockets = config.edge().socket();
        this.memory = new MemoryBudget(sockets.bufferedBytes() - sockets.bodyBytes());
        this.shedder = new LoadShedder(memory);
        this.bodyMemory = new BodyMemory(sockets.bodyBytes());

        OriginRule origins = new OriginRule(services.origin());
        this.proxies = clientAddress();
        this.responses = new HttpResponses(
                proxies, request -> HttpChannel.of(request.connection()).isSecure());
        this.cors = new CrossOrigin(origins);
        this.addresses = new AddressGate(services.bans()::ofAddress, services.reputation());
        this.budget = requestBudget(config.http());
        this.pending = pendingConnections(config.http());
        this.bodies = bodyReader(config.http());
        this.files = new FileLog(services.audit(), proxies, services.metrics());
        this.owedLookups = new OwedLookups(budget, proxies);

        this.handshakeRules =
                new HandshakeRules(config.tls().required(), instances::draining, origins, config.handshake());
        this.givenBackAttempts = new GivenBackAttempts(services.ratelimit());
        this.refusedOpenings =
                new RefusedOpenings(services.ratelimit().get().tracking().addresses());
        this.refusedHandshakes =
                services.metrics().counters(Metric.HANDSHAKES_REFUSED, HandshakeRefusal.class, HandshakeRefusal::id);
        this.connectionLimiter = new ConnectionLimiter(config.edge().connections());
        this.anomaly = anomalyWatch();
        this.events = ownEvents();
        this.engineRefusals = services.metrics().counters(Metric.SOCKETIO_REFUSED, EngineError.class, EngineError::id);
        watch(services.metrics());
    }

    private CutoffFollower cutoffFollower() {
        return new CutoffFollower(
                services.vertx(),
                services.streams(),
                config.streams(),
                authenticator,
                services.readLane(),
                services.clock());
    }

    private ClientAddress clientAddress() {
        return new ClientAddress(
                config.http().trustedProxies(),
                request -> HttpChannel.of(request.connection()).peer(),
                request -> HttpChannel.of(request.connection()).mayForward());
    }

    private RequestBudget requestBudget(HttpConfig http) {
        AddressWindows rates = new AddressWindows(Window.MINUTE, http.requestsPerMinute(), http.trackedAddresses());
        return new RequestBudget(rates, proxies, cors, UserGuard.loginPaths());
    }

    private PendingConnectionLimit pendingConnections(HttpConfig http) {
        PendingLimits.Times times =
                new PendingLimits.Times(http.handshakeMs(), http.callMs(), http.proxyKeepAliveMs(), http.handshakeMs());
        return new PendingConnectionLimit(
                config.edge().connections().pending(times),
                proxies,
                services.audit(),
                services.metrics().counters(Metric.PENDING_CONNECTIONS_CLOSED, PendingEnd.class, PendingEnd::id));
    }

    private BodyReader bodyReader(HttpConfig http) {
        return new BodyReader(
                services.vertx(), new BodyLimiter(bodyMemory, http.bodiesPerAddress()), proxies, http.bodyMs());
    }

    private AnomalyWatch anomalyWatch() {
        return new AnomalyWatch(
                services.anomaly(),
                new Bans(services.bus(), services.clock())::add,
                config.accounts().enabled() ? accounts::endLogin : (user, login) -> Future.succeededFuture(),
                address -> services.bans().ofAddress(address).isPresent(),
                services.audit(),
                services.metrics(),
                services.clock(),
                MonotonicClock::millis);
    }

    private Consumer<String> ownEvents() {
        List<String> types =
                config.events().types().all().stream().map(EventType::id).toList();
        return services.metrics().counters(Metric.OWN_EVENTS, types);
    }

    private void watch(Metrics metrics) {
        metrics.measure(Metric.SESSIONS, stats::sessions);
        metrics.measure(Metric.SESSION_ENDS_PENDING, stats::pendingSessionEnds);
        metrics.measure(Metric.ROOMS, stats::rooms);
        metrics.measure(Metric.EVENT_LOOP_LAG_SECONDS, () -> stats.lag() / 1e9);
        metrics.measure(Metric.OUTBOX_BYTES, shedder::waitingBytes);
        metrics.measure(
                Metric.CONNECTION_MESSAGE_RATE,
                "mean",
                () -> stats.messageRate().mean());
        metrics.measure(
                Metric.CONNECTION_MESSAGE_RATE, "p99", () -> stats.messageRate().p99());
        metrics.measure(Metric.BUFFERED_BYTES, () -> memory.used() + bodyMemory.used());
        metrics.measure(Metric.BUFFERED_BYTES_LIMIT, () -> memory.limit() + bodyMemory.max());
        metrics.measure(Metric.CONNECTION_SLOTS, connectionLimiter::size);
        metrics.measure(Metric.UNAUTHENTICATED_CONNECTIONS, connectionLimiter::unauthenticated);
        metrics.measure(Metric.CONNECTION_ADDRESSES, connectionLimiter::addresses);
        metrics.measure(Metric.BANS_IN_FORCE, services.bans()::count);
        metrics.measure(Metric.BANS_AGE_SECONDS, services.bans()::ageSeconds);
        metrics.measure(Metric.PENDING_CONNECTIONS, pending::size);
        metrics.measure(Metric.CONNECTIONS_WAITING, pending::waiting);
        metrics.measure(Metric.HANDSHAKES_WAITING, waitingHandshakes::get);
    }

    boolean isBanned(UserId user) {
        return services.bans().ofUser(user).isPresent();
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
