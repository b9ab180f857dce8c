package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.edge.anomaly.AnomalyWatch;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionLimiter;
import dev.portcullis.edge.connection.ConnectionSession;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.LoopSubscribers;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.connection.ReplyWriter;
import dev.portcullis.edge.listener.HttpServerSettings;
import dev.portcullis.edge.socket.ChatSocketFactory;
import dev.portcullis.edge.socket.FlushCoalescer;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedMessage;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ConnectionBudget;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.streams.delivery.StreamHub;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Real connections on real sockets, whose frames go to the handler that a test sets. Each connection has its own user.
 */
public final class ScriptedEdge {
    public static final Section DEFAULTS =
            Section.root(Map.of(), new ConfigReading(Map.of(), java.nio.file.Path.of(".")));

    /** Generous, since a peer of a test may be slow on a busy machine. */
    private static final EdgeConfig CONFIG = EdgeConfig.read(
            Section.root(
                    Map.of("limits", Map.of("slowReaderMs", 30_000L, "closeLingerMs", 10_000L)),
                    new ConfigReading(Map.of(), java.nio.file.Path.of("."))),
            false);

    static final SocketConfig SOCKET = CONFIG.socket();

    public final Vertx vertx = Vertx.vertx();
    public final MemoryBudget memory;
    public final Audit audit;
    public final Metrics metrics;
    private final LoadShedder shedder;
    private final SocketConfig config;
    private final Function<Context, StreamHub> hubs;
    public final ReplyWriter replies;
    public final List<Connection> open = new ArrayList<>(); // used on the event loop only
    final List<Connection> everOpened = new ArrayList<>(); // likewise, including closed ones
    private final MetricsRegistry registry = new MetricsRegistry();
    private final RecordedEvents events = new RecordedEvents();
    private final AtomicInteger users = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();
    private final Listener listener = new Listener();
    private volatile RateLimitConfig limits = RateLimitConfig.read(DEFAULTS.section("ratelimit"));
    private volatile FrameHandler<Connection> frameHandler =
            (from, utf8) -> Future.succeededFuture(FrameOutcome.None.NONE);
    private volatile boolean authenticate;
    private final AnomalyWatch anomaly;
    private volatile AnomalyConfig scoring = scoring(Map.of("restrict", 1_000_000L, "disconnect", 1_000_000L));

    /** The clock of the scores, in milliseconds. */
    public final AtomicLong scoreClock = new AtomicLong();

    /** What was banned. */
    public final List<Ban> bans = new CopyOnWriteArrayList<>();

    public ScriptedEdge() throws Exception {
        this(1L << 30);
    }

    /** @param hub makes the hub from which connections get their rooms, on the context of their event loop */
    public ScriptedEdge(Function<Context, StreamHub> hub) throws Exception {
        this(1L << 30, SOCKET, hub);
    }

    /** @param bytes that may be queued for all connections together */
    ScriptedEdge(long bytes) throws Exception {
        this(bytes, SOCKET);
    }

    ScriptedEdge(long bytes, SocketConfig config) throws Exception {
        this(bytes, config, context -> new StreamHub(List.of()));
    }

    private ScriptedEdge(long bytes, SocketConfig config, Function<Context, StreamHub> hubs) throws Exception {
        this.config = config;
        this.hubs = hubs;
        memory = new MemoryBudget(bytes);
        shedder = new LoadShedder(memory);
        metrics = new Metrics(registry.registry());
        audit = new Audit(AuditConfig.read(DEFAULTS), () -> 0, events);
        anomaly = new AnomalyWatch(
                () -> scoring,
                ban -> {
                    bans.add(ban);
                    return Future.succeededFuture(Optional.of(ban));
                },
                (user, login) -> Future.succeededFuture(),
                address -> false,
                audit,
                metrics,
                () -> 0,
                scoreClock::get);
        replies = new ReplyWriter(audit, metrics, anomaly.addresses(), () -> 0);
        vertx.deployVerticle(listener).await(30, TimeUnit.SECONDS);
    }

    public void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
        registry.close();
    }

    /** Sets the handler of every frame from now on. */
    public void path(FrameHandler<Connection> every) {
        frameHandler = every;
    }

    /** Sets the size of each connection's own bucket from now on. */
    public void limits(RateLimitConfig each) {
        limits = each;
    }

    /** Sets how sessions are scored from now on; before that no score is of consequence. */
    public void score(Map<String, Object> section) {
        scoring = scoring(section);
    }

    private static AnomalyConfig scoring(Map<String, Object> section) {
        return AnomalyConfig.read(Section.root(section, new ConfigReading(Map.of(), java.nio.file.Path.of("."))));
    }

    /** Scores without consequences. */
    public static AnomalyWatch unwatched(Metrics metrics) {
        return new AnomalyWatch(
                Live.fixed(scoring(Map.of("restrict", 1_000_000L, "disconnect", 1_000_000L))),
                ban -> Future.succeededFuture(Optional.of(ban)),
                (user, login) -> Future.succeededFuture(),
                address -> false,
                new Audit(AuditConfig.read(DEFAULTS), () -> 0, new RecordedEvents()),
                metrics,
                () -> 0,
                () -> 0);
    }

    public StreamHub hub() {
        return Objects.requireNonNull(listener.hub);
    }

    public LoopSubscribers rooms() {
        return Objects.requireNonNull(listener.rooms);
    }

    void answer(FrameOutcome every) {
        frameHandler = (from, utf8) -> Future.succeededFuture(every);
    }

    /** A message for the receivers that a test chooses. */
    SharedMessage message(String json) {
        return new SharedMessage(json.getBytes(StandardCharsets.UTF_8), memory);
    }

    void deliver(Connection to, String json) {
        SharedMessage message = message(json);
        to.deliver(message);
        message.release();
    }

    public static Session session(String user, long expiresAt) {
        Sender sender = new Sender(new UserId(user), Optional.empty(), Role.MEMBER, List.of(), "s-" + user);
        return new Session(
                sender, "", "t", 0, 0, expiresAt, new SessionOwner("n", "n:1", 0), user, "", Optional.empty());
    }

    /** A client that holds a slot of its own. */
    public static RemoteClient client(String address) {
        ConnectionLimiter.Slot slot = new ConnectionLimiter(CONFIG.connections())
                .acquire(List.of(address), false)
                .fold(free -> free, full -> {
                    throw new AssertionError(full);
                });
        return new RemoteClient(address, Optional.empty(), "", slot, 0, Optional.empty());
    }

    public JdkPeer enter() {
        return dial(true);
    }

    /** Connects without authentication. */
    public JdkPeer connectAnonymous() {
        return dial(false);
    }

    /** A peer that reads only on request, with the smallest buffer that the kernel allows. */
    public RawPeer slow() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port));
        RawPeer peer = RawPeer.over(socket);
        authenticate = true;
        int before = opened.get();
        assertThat(peer.upgrade().status()).isEqualTo(101);
        awaitOpened(before);
        return peer;
    }

    public <T> T onLoop(Supplier<T> task) {
        try {
            return startOnLoop(task::get).await(30, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError(late);
        }
    }

    /** Starts a task on the event loop, which runs nothing else meanwhile. */
    <T> Future<T> startOnLoop(Callable<T> task) {
        Promise<T> done = Promise.promise();
        listener.loop().runOnContext(any -> {
            try {
                done.complete(task.call());
            } catch (Throwable failure) {
                done.fail(failure);
            }
        });
        return done.future();
    }

    /** The non-zero series of these names. */
    public List<String> counted(String... names) {
        return registry.scrape()
                .lines()
                .filter(line -> List.of(names).stream().anyMatch(line::startsWith) && !line.endsWith(" 0.0"))
                .toList();
    }

    /** The audit events, except those of closed connections. */
    public List<Map<String, String>> auditEvents() {
        return events.all().stream()
                .filter(fields -> !"ws.disconnect".equals(fields.get("event")))
                .toList();
    }

    private JdkPeer dial(boolean authenticated) {
        authenticate = authenticated;
        int before = opened.get();
        JdkPeer peer = JdkPeer.open(URI.create("ws://127.0.0.1:" + listener.port), List.of(), Map.of());
        awaitOpened(before);
        return peer;
    }

    /** A client may see its upgrade before the edge has the connection. */
    private void awaitOpened(int before) {
        assertThat(Await.until(() -> opened.get() > before)).isTrue();
    }

    private final class Listener extends VerticleBase {
        private volatile int port;
        private volatile @Nullable StreamHub hub;
        private volatile @Nullable LoopSubscribers rooms;

        @Override
        public Future<?> start() {
            StreamHub made = hubs.apply(context);
            hub = made;
            rooms = new LoopSubscribers(context, made, memory, metrics, () -> 0);
            ChatSocketFactory sockets =
                    new ChatSocketFactory(FlushCoalescer.of(context), config, shedder, Optional.empty());
            TlsConfig plain = TlsConfig.NONE;
            HttpConfig http = HttpConfig.read(DEFAULTS.section("http"));
            return vertx.createHttpServer(HttpServerSettings.options(http, plain, config))
                    .requestHandler(
                            request -> request.toWebSocket().onSuccess(socket -> open(sockets.of(socket, false))))
                    .listen(0, "127.0.0.1")
                    .map(HttpServer::actualPort)
                    .onSuccess(actual -> port = actual);
        }

        Context loop() {
            return context;
        }

        private void open(ClientTransport.Opener opener) {
            String user = "user-" + users.incrementAndGet();
            Connection connection = new Connection(
                    client(user),
                    new Connection.Dependencies(rooms(), replies, metrics, config, memory, anomaly),
                    open::remove,
                    new ConnectionBudget(Live.fixed(limits)));
            connection.bind(opener.open(connection));
            connection.acceptFrames(this::handle, Long.MAX_VALUE);
            if (authenticate) {
                connection.attach(
                        new ConnectionSession.Registration(session(user, Long.MAX_VALUE), System.nanoTime()),
                        this::handle,
                        65_536);
            }
            open.add(connection);
            everOpened.add(connection);
            opened.incrementAndGet();
        }

        private Future<FrameOutcome> handle(Connection from, byte[] utf8) {
            return frameHandler.handle(from, utf8);
        }
    }
}
