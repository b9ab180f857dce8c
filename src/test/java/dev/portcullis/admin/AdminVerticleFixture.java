package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.node.NodeLoads;
import dev.portcullis.admin.node.NodeStatistics;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.chain.ChainReader;
import dev.portcullis.audit.chain.WrittenChain;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.auth.login.ActiveSessions;
import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.broadcast.holds.HoldAdministration;
import dev.portcullis.broadcast.server.ServerOutcome;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.Secret;
import dev.portcullis.config.SettingChange;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.edge.listener.BoundedHttpServer;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.edge.tcp.PendingEnd;
import dev.portcullis.edge.tcp.PendingLimits;
import dev.portcullis.events.EventTypes;
import dev.portcullis.events.EventsConfig;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.routing.BodyLimiter;
import dev.portcullis.http.routing.BodyMemory;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.inventory.Inventory;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.ratelimit.ban.BanTarget;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.rooms.RoomDecision;
import dev.portcullis.rooms.RoomDecision.Access;
import dev.portcullis.rooms.RoomDecision.Rule;
import dev.portcullis.uploads.UserUploads;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The admin listener of a node whose stages answer as a test says. */
@ExtendWith(VertxExtension.class)
abstract class AdminVerticleFixture {
    static final String KEY = "0123456789abcdef";
    static final long NOW = 1_700_000_000_000L;
    static final String OPERATOR = "\r\nAuthorization: Bearer " + KEY + "\r\n";

    Vertx vertx;
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    WorkerPool workers;
    Bus bus;
    final MetricsRegistry metrics = new MetricsRegistry();
    final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    final RecordedEvents events = new RecordedEvents();
    final BlockingQueue<Revocation> revoked = new LinkedBlockingQueue<>();
    volatile Future<Boolean> revocationAnswer = Future.succeededFuture(true);
    final AtomicInteger published = new AtomicInteger();
    final Promise<List<ServerOutcome>> unanswered = Promise.promise();
    final BlockingQueue<Ban> banned = new LinkedBlockingQueue<>();
    volatile boolean full;
    volatile boolean unreadable;
    volatile Health.State store = Health.State.UP;
    int port;
    PendingConnectionLimit pending;

    @TempDir
    Path audited;

    /** The answer of the node to an operator who has it read its configuration again. */
    Result<List<SettingChange>, ReloadRefusal> reloaded = Result.done(List.of());

    /** The checkpoint that a test holds, if any. */
    final HeldCheckpoints checkpoints = new HeldCheckpoints();

    @BeforeEach
    void deploy(Vertx fresh) throws Exception {
        vertx = fresh;
        bus = new Bus(vertx, "n1", TestNode.patient(new BusConfig(1_000, 100)));
        workers = new WorkerPool(vertx, "worker", WorkerPool.Config.STANDARD, () -> {});
        new Metrics(metrics.registry()).connectionOpened();
        AdminConfig config = new AdminConfig(
                "127.0.0.1",
                0,
                List.of("localhost", "127.0.0.1", "[::1]"),
                Optional.of(new Secret(KEY)),
                256,
                64,
                10,
                600_000,
                4,
                ServerCallsConfig.STANDARD,
                false);
        Health health = new Health(
                List.of(new Health.Check("stages", () -> Health.State.UP), new Health.Check("store", () -> store)),
                (name, now) -> changes.add(name + now));
        Audit audit = new Audit(new AuditConfig(10_000, 16), System::currentTimeMillis, events);
        pending = new PendingConnectionLimit(
                new PendingLimits(256, 64, Integer.MAX_VALUE, times()),
                new ClientAddress(List.of()),
                audit,
                new Metrics(metrics.registry())
                        .counters(Metric.ADMIN_CONNECTIONS_CLOSED, PendingEnd.class, PendingEnd::id));
        BoundedHttpServer server = new BoundedHttpServer(pending, 64, () -> false, false, 1);
        NodeStatistics statistics = AbsentStages.node(metrics::values);
        AdminHandler handler = new AdminHandler(
                config,
                health,
                metrics::scrape,
                workers,
                this::prove,
                new SessionDirectory(this::revoke, this::sessionsOf),
                Optional.of(new ChainReader(audited, WrittenChain.NAME, () -> 10_000)),
                new BanDirectory(
                        this::ban,
                        this::lift,
                        () -> unreadable
                                ? Future.failedFuture("the store does not answer")
                                : Future.succeededFuture(List.copyOf(banned)),
                        () -> List.of(new Ban(
                                new BanTarget.OfUser(new UserId("eve")),
                                Origin.CONFIGURATION,
                                "configuration",
                                Ban.FOREVER,
                                0))),
                new ServerDirectory(
                        (to, messages, undelivered) -> {
                            published.addAndGet(messages.size());
                            return unanswered.future();
                        },
                        counted -> {},
                        AbsentStages.ROOMS,
                        AbsentStages.USERS,
                        new UserUploads(bus, () -> NOW),
                        new EventsConfig(EventTypes.NONE, new ContentConfig(Policy.ALLOWLIST, false)).newJudge(),
                        new HoldAdministration(bus, () -> NOW)),
                (user, action, room) -> Future.succeededFuture(new RoomDecision(
                        Rule.PERMITTED, Optional.of(Access.CONFIGURED), Optional.of(RoomRole.ofToken(user.role())))),
                new BodyReader(
                        vertx,
                        new BodyLimiter(new BodyMemory(Long.MAX_VALUE), 16),
                        new ClientAddress(List.of()),
                        5_000),
                audit,
                () -> NOW,
                readAt -> false,
                Optional.empty(),
                statistics,
                new NodeLoads(bus, statistics::load),
                new Inventory(bus, 30_000, Map::of),
                new NodeControl(() -> {}, cluster -> reload(), 90_000, checkpoints),
                (request, millis) -> pending.answering(HttpChannel.of(request.connection()), millis));
        AdminVerticle verticle = new AdminVerticle(
                config, health, statistics, handler, (options, requests) -> server.create(vertx, options, requests));
        vertx.deployVerticle(verticle).await(30, TimeUnit.SECONDS);
        port = verticle.port();
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
        metrics.close();
    }

    PendingLimits.Times times() {
        return PendingLimits.Times.each(600_000);
    }

    Future<Result<List<SettingChange>, ReloadRefusal>> reload() {
        return Future.succeededFuture(reloaded);
    }

    HttpResponse<String> operator(String path) throws Exception {
        return operator("GET", path);
    }

    HttpResponse<String> operator(String method, String path) throws Exception {
        return send(ofOperator(path).method(method, BodyPublishers.noBody()));
    }

    /** @param body JSON, with ' for the quotation mark */
    HttpResponse<String> operator(String method, String path, String body) throws Exception {
        return send(ofOperator(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    HttpRequest.Builder ofOperator(String path) {
        return request(path).header("Authorization", "Bearer " + KEY);
    }

    /** The one event so far, which an operator with the key has caused. */
    void assertOneEvent(Map<String, String> fields) {
        assertThat(events.all())
                .singleElement()
                .satisfies(
                        event -> assertThat(event).containsAllEntriesOf(fields).containsEntry("detail", "api_key"));
    }

    Future<Boolean> revoke(Revocation revocation) {
        revoked.add(revocation);
        return revocationAnswer;
    }

    Future<Optional<Ban>> ban(Ban ban) {
        if (full) {
            return Future.succeededFuture(Optional.empty());
        }
        return revocationAnswer.map(any -> {
            banned.add(ban);
            return Optional.of(ban);
        });
    }

    Future<Boolean> lift(BanTarget target) {
        return revocationAnswer.map(any -> banned.removeIf(each -> each.target().equals(target)));
    }

    Future<List<ActiveSessions.Row>> sessionsOf(UserId user) {
        Session session = new Session(
                new Sender(user, Optional.empty(), Role.MEMBER, List.of(), "abc"),
                "",
                "secret-jti",
                2,
                3,
                4,
                new SessionOwner("n1", "n1:1", 0),
                "192.0.2.1",
                "test",
                Optional.empty());
        return Future.succeededFuture(List.of(new ActiveSessions.Row(session, Optional.of(5L))));
    }

    HttpResponse<String> revoke(String body, String token) throws IOException, InterruptedException {
        return send(request("/admin/revocations")
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    Future<Optional<Sender>> prove(String token) {
        if (token.equals("broken-token")) {
            return Future.failedFuture("no answer");
        }
        return Future.succeededFuture(Role.of(token.replace("-token", ""))
                .map(role -> new Sender(new UserId("ann"), Optional.empty(), role, List.of(), "s1")));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    HttpResponse<String> metricsWith(String authorization) throws IOException, InterruptedException {
        return send(request("/metrics").header("Authorization", authorization));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** A raw socket, since the JDK's client writes its own Host. */
    String raw(String head) throws IOException {
        return rawFrom("127.0.0.1", head);
    }

    String rawFrom(String address, String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(address), 0)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }
}
