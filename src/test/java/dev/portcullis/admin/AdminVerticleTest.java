package dev.portcullis.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.chain.ChainReader;
import dev.portcullis.audit.chain.WrittenChain;
import dev.portcullis.audit.metrics.CounterFamily;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.auth.login.ActiveSessions;
import dev.portcullis.auth.revocation.Revocation;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.broadcast.presence.PresenceAnswer;
import dev.portcullis.broadcast.server.RoomConnections;
import dev.portcullis.broadcast.server.ServerOutcome;
import dev.portcullis.config.Json;
import dev.portcullis.config.Secret;
import dev.portcullis.edge.listener.BoundedHttpServer;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.edge.tcp.PendingEnd;
import dev.portcullis.edge.tcp.PendingLimits;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.routing.BodyLimiter;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.ratelimit.ban.BanTarget;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.rooms.RoomDecision;
import dev.portcullis.rooms.RoomDecision.Access;
import dev.portcullis.rooms.RoomDecision.Rule;
import dev.portcullis.rooms.RoomOutcome;
import dev.portcullis.rooms.directory.RoomRole;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminVerticleTest {
    private static final String KEY = "0123456789abcdef";
    private static final long NOW = 1_700_000_000_000L;
    private static final BodyLimiter.Memory ANY_MEMORY = new BodyLimiter.Memory() {
        @Override
        public boolean tryReserve(long bytes) {
            return true;
        }

        @Override
        public void release(long bytes) {}
    };
    private static final ServerDirectory.Rooms NO_ROOMS = new ServerDirectory.Rooms() {
        @Override
        public Future<RoomOutcome> read(RoomId room, Optional<UserId> after) {
            return Future.failedFuture("no stage answers");
        }

        @Override
        public Future<Position> head(RoomId room) {
            return Future.failedFuture("no stage answers");
        }

        @Override
        public Future<RoomConnections.Total> connections(RoomId room) {
            return Future.failedFuture("no stage answers");
        }

        @Override
        public Future<PresenceAnswer> presence(RoomId room, Optional<UserId> after) {
            return Future.failedFuture("no stage answers");
        }

        @Override
        public Future<RoomOutcome> put(RoomId room, UserId user, RoomRole role) {
            return Future.failedFuture("no stage answers");
        }

        @Override
        public Future<RoomOutcome> remove(RoomId room, UserId user) {
            return Future.failedFuture("no stage answers");
        }
    };
    private static final ServerDirectory.Users NO_USERS = new ServerDirectory.Users() {
        @Override
        public Future<Buffer> export(UserId user, List<Map<String, Object>> sessions, long after) {
            return Future.failedFuture("the store does not answer");
        }

        @Override
        public Future<Boolean> delete(UserId user) {
            return user.value().equals("one-too-many")
                    ? Future.succeededFuture(false)
                    : Future.failedFuture("the store does not answer");
        }
    };
    private static final String OPERATOR = "\r\nAuthorization: Bearer " + KEY + "\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final WorkerPool workers = new WorkerPool(vertx, "worker", WorkerPool.Config.STANDARD, () -> {});
    private final MetricsRegistry metrics = new MetricsRegistry();
    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    private final RecordedEvents events = new RecordedEvents();
    private final BlockingQueue<Revocation> revoked = new LinkedBlockingQueue<>();
    private volatile Future<Boolean> revocationAnswer = Future.succeededFuture(true);
    private final AtomicInteger published = new AtomicInteger();
    private final Promise<List<ServerOutcome>> unanswered = Promise.promise();
    private final BlockingQueue<Ban> banned = new LinkedBlockingQueue<>();
    private volatile boolean full;
    private volatile boolean unreadable;
    private volatile HealthCheck.State store = HealthCheck.State.UP;
    private int port;

    @TempDir
    Path audited;

    @BeforeEach
    void deploy() throws Exception {
        new Metrics(metrics.registry()).connectionOpened();
        AdminConfig config = new AdminConfig(
                "127.0.0.1",
                0,
                List.of("localhost", "127.0.0.1", "[::1]"),
                Optional.of(new Secret(KEY)),
                256,
                64,
                600_000,
                4,
                ServerCallsConfig.STANDARD);
        Health health = new Health(List.of(check("stages"), check("store")), (name, now) -> changes.add(name + now));
        Audit audit = new Audit(new AuditConfig(10_000, 16), System::currentTimeMillis, events);
        BoundedHttpServer server = new BoundedHttpServer(
                new PendingConnectionLimit(
                        new PendingLimits(256, 64, 0, 600_000),
                        new ClientAddress(List.of()),
                        (keys, now) -> false,
                        audit,
                        new Metrics(metrics.registry())
                                .counters(CounterFamily.ADMIN_CONNECTIONS_CLOSED, PendingEnd.class, PendingEnd::id)),
                64,
                () -> false);
        AdminVerticle verticle = new AdminVerticle(
                config,
                health,
                metrics::scrape,
                workers,
                this::prove,
                new SessionDirectory(this::revoke, this::sessionsOf),
                Optional.of(new ChainReader(audited, WrittenChain.NAME)),
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
                        NO_ROOMS,
                        NO_USERS),
                (user, action, room) -> Future.succeededFuture(new RoomDecision(
                        Rule.PERMITTED, Optional.of(Access.CONFIGURED), Optional.of(RoomRole.ofToken(user.role())))),
                new BodyReader(vertx, new BodyLimiter(ANY_MEMORY, 16), new ClientAddress(List.of()), 5_000),
                audit,
                (options, requests) -> server.create(vertx, options, requests),
                () -> NOW,
                Optional.empty());
        vertx.deployVerticle(verticle).await(30, TimeUnit.SECONDS);
        port = verticle.port();
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
        metrics.close();
    }

    @Test
    void liveness_is_answered_without_a_token() throws Exception {
        HttpResponse<String> response = get("/health/live");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"status\":\"up\"}");
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    }

    @Test
    void readiness_lists_its_checks() throws Exception {
        HttpResponse<String> response = get("/health/ready");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"status\":\"up\",\"checks\":{\"stages\":\"up\",\"store\":\"up\"}}");
    }

    @Test
    void failed_and_recovered_store_are_detected_without_a_request() throws Exception {
        store = HealthCheck.State.DOWN;
        assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo("storeDOWN");
        HttpResponse<String> response = get("/health/ready");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
                .isEqualTo("{\"status\":\"down\",\"checks\":{\"stages\":\"up\",\"store\":\"down\"}}");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        store = HealthCheck.State.UP;
        assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo("storeUP");
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void node_with_a_degraded_store_is_ready_and_reports_it() throws Exception {
        store = HealthCheck.State.DEGRADED;
        assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo("storeDEGRADED");
        HttpResponse<String> response = get("/health/ready");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"status\":\"degraded\",\"checks\":{\"stages\":\"up\",\"store\":\"degraded\"}}");
    }

    @Test
    void api_key_grants_access_to_the_metrics() throws Exception {
        HttpResponse<String> response = metricsWith("Bearer " + KEY);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.body().lines()).contains("portcullis_connections 1.0");
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer admin-token, 200",
        "bearer admin-token, 200",
        "Bearer member-token, 403",
        "Bearer moderator-token, 403",
        "Bearer unknown-token, 401",
        "Bearer 0123456789abcdee, 401",
        "Bearer 0123456789abcdef0, 401",
        "Bearer, 401",
        "Basic admin-token, 401",
        "admin-token, 401",
        "Bearer broken-token, 503"
    })
    void token_grants_access_to_the_metrics_only_with_role_admin(String authorization, int status) throws Exception {
        HttpResponse<String> response = metricsWith(authorization);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("WWW-Authenticate").isPresent())
                .isEqualTo(status == 401);
        if (status != 200) {
            assertThat(response.body()).doesNotContain("portcullis_").contains("\"requestId\":\"");
        }
    }

    @Test
    void banned_admin_is_refused_and_the_key_is_not() throws Exception {
        banned.add(new Ban(new BanTarget.OfUser(new UserId("ann")), Origin.OPERATOR, "stolen", NOW + 1, NOW));
        assertThat(metricsWith("Bearer admin-token").statusCode()).isEqualTo(403);
        assertThat(metricsWith("Bearer admin-token").body()).contains("\"reason\":\"banned\"");
        assertThat(metricsWith("Bearer " + KEY).statusCode()).isEqualTo(200);
        HttpRequest.Builder lift = request("/admin/bans?userId=ann").DELETE();
        assertThat(send(lift.header("Authorization", "Bearer admin-token")).statusCode())
                .isEqualTo(403);
        assertThat(banned).hasSize(1);
    }

    @Test
    void ban_that_is_over_keeps_no_admin_out() throws Exception {
        banned.add(new Ban(new BanTarget.OfUser(new UserId("ann")), Origin.OPERATOR, "stolen", NOW, NOW - 1));
        assertThat(metricsWith("Bearer admin-token").statusCode()).isEqualTo(200);
    }

    @Test
    void without_the_bans_no_token_of_an_admin_is_admitted() throws Exception {
        unreadable = true;
        assertThat(metricsWith("Bearer admin-token").statusCode()).isEqualTo(503);
        assertThat(metricsWith("Bearer " + KEY).statusCode()).isEqualTo(200);
    }

    @Test
    void messages_beyond_the_bound_of_unanswered_ones_are_refused_with_429() throws Exception {
        int most = ServerCallsConfig.STANDARD.inFlight();
        String body = Json.write(Map.of("messages", Collections.nCopies(100, Map.of("content", "x"))));
        for (int sent = 100; sent <= most; sent += 100) {
            int expected = sent;
            var unused = client.sendAsync(publishing(body).build(), BodyHandlers.discarding());
            assertThat(Await.until(() -> published.get() == expected)).isTrue();
        }
        HttpResponse<String> refused = send(publishing("{\"content\":\"x\"}"));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(refused.body()).contains("\"reason\":\"rate_limited\"");
        assertThat(published.get()).isEqualTo(most);
        assertThat(events.all()).hasSize(1);
    }

    @Test
    void deletion_beyond_the_bound_is_refused_with_429_and_one_that_broke_off_with_503() throws Exception {
        HttpResponse<String> refused = send(deleting("one-too-many"));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("2");
        assertThat(send(deleting("ann")).statusCode()).isEqualTo(503);
    }

    private HttpRequest.Builder deleting(String user) {
        return request("/admin/users/" + user)
                .header("Authorization", "Bearer " + KEY)
                .DELETE();
    }

    private HttpRequest.Builder publishing(String body) {
        return request("/admin/rooms/lobby/messages")
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    @Test
    void metrics_without_a_token_are_refused_with_401() throws Exception {
        HttpResponse<String> response = get("/metrics");
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example, 403",
        "evil.example:9090, 403",
        "localhost.evil.example, 403",
        "127.0.0.1.evil.example, 403",
        "localhost@evil.example, 400",
        "localhost., 403",
        "localhost:x, 400",
        "localhost:99999, 400",
        "localhost:65535, 200",
        "[::2], 403",
        "localhost, 200",
        "LOCALHOST:9090, 200",
        "127.0.0.1:1, 200",
        "[::1]:9090, 200",
        "[::1], 200"
    })
    void host_that_is_not_configured_is_refused(String host, int status) throws Exception {
        assertThat(raw("GET /metrics HTTP/1.1\r\nHost: " + host + OPERATOR)).startsWith("HTTP/1.1 " + status);
    }

    @Test
    void request_without_a_host_or_with_two_is_refused() throws Exception {
        assertThat(raw("GET /metrics HTTP/1.0" + OPERATOR)).contains(" 403 ");
        assertThat(raw("GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: localhost" + OPERATOR))
                .containsAnyOf(" 403 ", " 400 ");
    }

    @Test
    void absolute_target_of_another_authority_than_the_host_is_refused() throws Exception {
        assertThat(raw("GET http://evil.example/metrics HTTP/1.1\r\nHost: localhost" + OPERATOR))
                .contains(" 400 ");
        assertThat(raw("GET http://localhost/metrics HTTP/1.1\r\nHost: localhost" + OPERATOR))
                .contains(" 200 ");
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: localhost:65536\r\n"))
                .contains(" 400 ");
    }

    /** An orchestrator addresses a pod by an address that can't be configured, and some probes send no Host. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1\r\nHost: 10.1.2.3:9090\r\n",
                "HTTP/1.1\r\nHost: pod-7.internal\r\n",
                "HTTP/1.0\r\n",
                "HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\n"
            })
    void health_probe_may_use_any_host(String head) throws Exception {
        assertThat(raw("GET /health/live " + head)).contains(" 200 ");
        assertThat(raw("GET /health/ready " + head)).contains(" 200 ");
        store = HealthCheck.State.DOWN;
        assertThat(changes.poll(30, TimeUnit.SECONDS)).isEqualTo("storeDOWN");
        assertThat(raw("GET /health/ready " + head)).contains(" 503 ");
        assertThat(events.all()).as("a probe is no refusal").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health/live", "/health/ready", "/metrics"})
    void head_is_answered_like_get_without_its_body(String path) throws Exception {
        HttpResponse<String> get = send(request(path).header("Authorization", "Bearer " + KEY));
        HttpResponse<String> head =
                send(request(path).header("Authorization", "Bearer " + KEY).method("HEAD", BodyPublishers.noBody()));
        assertThat(head.statusCode()).isEqualTo(200).isEqualTo(get.statusCode());
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Type"))
                .isEqualTo(get.headers().firstValue("Content-Type"));
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example, 403",
        "Origin, null, 403",
        "Origin, http://localhost:1, 403",
        "Sec-Fetch-Site, cross-site, 403",
        "Sec-Fetch-Site, same-site, 403",
        "Sec-Fetch-Site, none, 200",
        "Sec-Fetch-Site, same-origin, 200"
    })
    void request_of_another_site_is_refused_despite_a_valid_key(String header, String value, int status)
            throws Exception {
        HttpResponse<String> response = send(
                request("/metrics").header("Authorization", "Bearer " + KEY).header(header, value));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().map()).doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void request_with_its_own_origin_is_accepted() throws Exception {
        HttpResponse<String> response = send(request("/health/live").header("Origin", "http://127.0.0.1:" + port));
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void scrape_that_no_thread_can_run_is_answered_with_503() throws Exception {
        workers.close();
        HttpResponse<String> response = metricsWith("Bearer " + KEY);
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("\"reason\":\"unavailable\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health", "/metrics/", "/admin/other"})
    void unknown_path_is_answered_with_404(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
        assertThat(events.all()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"GET|/admin/stats||501", "POST|/admin/drain||501", "POST|/admin/bans|{\"seconds\":60}|400"})
    void call_that_is_not_built_yet_is_answered_with_501_after_its_checks(
            String method, String path, String body, int status) throws Exception {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        assertThat(send(request).statusCode()).as("without a token").isEqualTo(path.contains("=x") ? 400 : 401);
        HttpResponse<String> response = send(request.header("Authorization", "Bearer " + KEY));
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body().contains("\"reason\":\"unsupported\"")).isEqualTo(status == 501);
    }

    @Test
    void audit_file_is_read_in_pages_and_the_reading_is_an_audit_event() throws Exception {
        WrittenChain.write(audited, 25, WrittenChain.LARGE);

        HttpResponse<String> page = operator("/admin/audit?after=3&limit=2");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(page.body())
                .startsWith("{\"node\":\"node-a\",\"events\":[{\"n\":4,")
                .contains(",{\"n\":5,")
                .endsWith("],\"next\":5,\"more\":true}");
        assertThat(Json.parseWithoutComments(page.body())).isInstanceOf(Map.class);
        assertThat(events.all())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event", "admin.audit.read")
                        .containsEntry("resource", "after:3")
                        .containsEntry("detail", "api_key")
                        .containsEntry("messageCount", "2"));

        assertThat(operator("/admin/audit?after=9000").body())
                .isEqualTo("{\"node\":\"node-a\",\"events\":[],\"next\":9000,\"more\":false}");
        assertThat(events.all()).hasSize(1);
    }

    @Test
    void changed_line_of_the_audit_file_is_shown_as_damaged() throws Exception {
        WrittenChain.write(audited, 3, WrittenChain.LARGE);
        Path file = audited.resolve("audit-node-a-0000000000000001.jsonl");
        Files.writeString(file, Files.readString(file).replace("\"user-1\"", "\"user-1}"));

        HttpResponse<String> page = operator("/admin/audit");

        assertThat(Json.parseWithoutComments(page.body())).isInstanceOf(Map.class);
        assertThat(page.body()).contains("{\"damaged\":true}").doesNotContain("user-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"after=x", "limit=0", "limit=1001", "after=-1", "other=1"})
    void audit_page_with_a_bad_parameter_is_refused(String query) throws Exception {
        assertThat(operator("/admin/audit?" + query).statusCode()).isEqualTo(400);
    }

    @Test
    void audit_file_needs_a_token() throws Exception {
        assertThat(get("/admin/audit").statusCode()).isEqualTo(401);
    }

    private HttpResponse<String> operator(String path) throws Exception {
        return send(request(path).header("Authorization", "Bearer " + KEY));
    }

    @Test
    void post_is_answered_with_405() throws Exception {
        HttpResponse<String> response = send(request("/metrics").POST(BodyPublishers.ofString("x")));
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
    }

    @Test
    void refusal_is_logged_with_the_request_id_of_its_answer_and_without_the_token() throws Exception {
        String body = metricsWith("Bearer unknown-token").body();
        assertThat(events.all()).singleElement().satisfies(fields -> {
            assertThat(fields)
                    .containsEntry("event", "admin.refused")
                    .containsEntry("reason", "unauthorized")
                    .containsEntry("ip", "127.0.0.1");
            assertThat(fields.toString()).doesNotContain("unknown-token");
            assertThat(body).contains("\"requestId\":\"" + fields.get("requestId") + "\"");
        });
    }

    static Stream<Arguments> revocation_of_an_operator_is_carried_out() {
        UserId ann = new UserId("ann");
        return Stream.of(
                Arguments.of("{'jti':'t1'}", new Revocation.OfToken("t1", Optional.empty()), "jti:t1"),
                Arguments.of("{'jti':'t1','userId':'ann'}", new Revocation.OfToken("t1", Optional.of(ann)), "jti:t1"),
                Arguments.of("{'sid':'s1'}", new Revocation.OfFamily("s1", Optional.empty()), "sid:s1"),
                Arguments.of("{'sid':'s1','userId':'ann'}", new Revocation.OfFamily("s1", Optional.of(ann)), "sid:s1"),
                Arguments.of("{'userId':'ann'}", new Revocation.OfUser(ann, NOW), "before:" + NOW),
                Arguments.of("{'userId':'ann','before':5}", new Revocation.OfUser(ann, 5), "before:5"),
                Arguments.of("{'sessionId':'abc'}", new Revocation.OfSession("abc"), null));
    }

    @ParameterizedTest
    @MethodSource
    void revocation_of_an_operator_is_carried_out(String body, Revocation expected, @Nullable String resource)
            throws Exception {
        HttpResponse<String> response = revoke(body, "admin-token");

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertThat(revoked).containsExactly(expected);
        assertThat(events.all()).singleElement().satisfies(fields -> {
            assertThat(fields).containsEntry("event", "admin.revoked").containsEntry("detail", "ann");
            assertThat(fields.get("resource")).isEqualTo(resource);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{}|''|oneOf",
                "{'before':5}|''|oneOf",
                "{'jti':'a','sid':'b'}|''|oneOf",
                "{'jti':'a','sessionId':'b'}|''|oneOf",
                "{'sessionId':'a','userId':'b'}|/userId|not",
                "{'jti':'a','before':5}|/before|not",
                "{'jti':'a','userId':'b','before':5}|/before|not",
                "{'userId':'a','before':1700000060001}|/before|maximum",
                "{'userId':'a','before':-1}|/before|minimum",
                "{'userId':'a b'}|/userId|pattern",
                "{'jti':''}|/jti|minLength",
                "{'jti':'a','iss':'b'}|/iss|additionalProperties"
            })
    void malformed_revocation_is_refused_with_the_path_of_its_mistake(String body, String path, String rule)
            throws Exception {
        HttpResponse<String> response = revoke(body, KEY);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .contains("\"reason\":\"validation_failed\"")
                .contains("{\"path\":\"" + path.replace("''", "") + "\",\"rule\":\"" + rule + "\"}");
        assertThat(revoked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"member-token, 403", "unknown-token, 401", "broken-token, 503"})
    void revocation_by_another_than_an_operator_is_refused(String token, int status) throws Exception {
        assertThat(revoke("{'jti':'a'}", token).statusCode()).isEqualTo(status);
        assertThat(revoked).isEmpty();
    }

    @Test
    void revocation_that_may_not_be_stored_is_answered_with_503() throws Exception {
        revocationAnswer = Future.failedFuture("the store is away");

        assertThat(revoke("{'jti':'a'}", KEY).statusCode()).isEqualTo(503);
        assertThat(events.all()).extracting(each -> each.get("event")).containsExactly("admin.refused");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{'userId':'bob','seconds':60,'reason':'spam <b>\\n twice'}|{'userId':'bob','origin':'operator','reason':'spam &lt;b&gt;  twice','until':1700000060000,'decidedAt':1700000000000}|user:bob",
                "{'ip':'203.0.113.0/24','seconds':1}|{'ip':'203.0.113.0/24','origin':'operator','reason':'operator','until':1700000001000,'decidedAt':1700000000000}|ip:203.0.113.0/24",
                "{'ip':'::ffff:203.0.113.7','seconds':1}|{'ip':'203.0.113.7','origin':'operator','reason':'operator','until':1700000001000,'decidedAt':1700000000000}|ip:203.0.113.7",
            })
    void ban_of_an_operator_is_in_force_recorded_and_told(String body, String told, String resource) throws Exception {
        HttpResponse<String> response = addBan(body);

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("{\"ban\":" + told.replace('\'', '"') + "}");
        assertThat(banned)
                .singleElement()
                .satisfies(ban -> assertThat(ban.target().key()).isEqualTo(resource));
        assertThat(events.all())
                .singleElement()
                .satisfies(fields -> assertThat(fields)
                        .containsEntry("event", "admin.banned")
                        .containsEntry("resource", resource)
                        .containsEntry("detail", "ann"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{'seconds':60}|''|oneOf",
                "{'ip':'203.0.113.7','userId':'bob','seconds':60}|''|oneOf",
                "{'userId':'bob'}|/seconds|required",
                "{'userId':'bob','seconds':0}|/seconds|minimum",
                "{'ip':'203.0.113.7/24','seconds':60}|/ip|format",
                "{'ip':'203.0.113','seconds':60}|/ip|format",
                "{'ip':'127.0.0.1','seconds':60}|/ip|not",
                "{'ip':'0.0.0.0/1','seconds':60}|/ip|not",
                "{'ip':'::/0','seconds':60}|/ip|not"
            })
    void malformed_ban_is_refused_with_the_path_of_its_mistake(String body, String path, String rule) throws Exception {
        HttpResponse<String> response = addBan(body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("{\"path\":\"" + path.replace("''", "") + "\",\"rule\":\"" + rule + "\"}");
        assertThat(banned).isEmpty();
    }

    @Test
    void ban_that_may_not_be_stored_is_answered_with_503_and_one_too_many_with_409() throws Exception {
        full = true;
        assertThat(addBan("{'userId':'bob','seconds':60}").statusCode()).isEqualTo(409);

        full = false;
        revocationAnswer = Future.failedFuture("the store is away");
        assertThat(addBan("{'userId':'bob','seconds':60}").statusCode()).isEqualTo(503);
        assertThat(events.all()).extracting(each -> each.get("event")).containsOnly("admin.refused");
    }

    @Test
    void bans_of_the_store_and_the_configuration_are_listed() throws Exception {
        addBan("{'userId':'bob','seconds':60,'reason':'spam'}");

        HttpResponse<String> response = send(request("/admin/bans").header("Authorization", "Bearer " + KEY));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("""
                {"bans":[{"userId":"bob","origin":"operator","reason":"spam","until":1700000060000,\
                "decidedAt":1700000000000},{"userId":"eve","origin":"configuration","reason":"configuration"}]}""");
    }

    @Test
    void ban_is_lifted_once_and_one_of_the_configuration_not_at_all() throws Exception {
        addBan("{'userId':'bob','seconds':60}");

        assertThat(liftBan("userId=bob").statusCode()).isEqualTo(204);
        assertThat(liftBan("userId=bob").statusCode()).isEqualTo(404);
        assertThat(liftBan("userId=eve").statusCode()).isEqualTo(409);
        assertThat(liftBan("userId=bob&ip=203.0.113.7").statusCode()).isEqualTo(400);
        assertThat(liftBan("ip=203.0.113").statusCode()).isEqualTo(400);
        assertThat(send(request("/admin/bans")
                                .header("Authorization", "Bearer " + KEY)
                                .DELETE())
                        .statusCode())
                .isEqualTo(400);
        assertThat(events.all())
                .filteredOn(each -> "admin.ban.lifted".equals(each.get("event")))
                .singleElement()
                .satisfies(fields ->
                        assertThat(fields).containsEntry("userId", "bob").containsEntry("detail", "api_key"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "/admin/bans; {'userId':'bob'}; 204",
                "/admin/bans?userId=bob; {'userId':'bob'}; 204",
                "/admin/bans?userId=bob; {}; 204",
                "/admin/bans; {'ip':'203.0.113.0/24'}; 204",
                "/admin/bans?ip=203.0.113.0%2F24; {'ip':'203.0.113.0/24'}; 204",
                "/admin/bans?userId=bob; {'userId':'eve'}; 400",
                "/admin/bans?userId=bob; {'ip':'203.0.113.0/24'}; 400",
                "/admin/bans; {'userId':'bob','ip':'203.0.113.0/24'}; 400",
                "/admin/bans; {'ip':'203.0.113'}; 400",
                "/admin/bans; {}; 400",
                "/admin/bans; {'userId':'bob','seconds':60}; 400"
            })
    void ban_to_lift_is_named_in_the_query_or_the_body(String path, String body, int status) throws Exception {
        addBan("{'userId':'bob','seconds':60}");
        addBan("{'ip':'203.0.113.0/24','seconds':60}");

        HttpResponse<String> response = send(request(path)
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .method("DELETE", BodyPublishers.ofString(body.replace('\'', '"'))));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(banned).hasSize(status == 204 ? 1 : 2);
    }

    @Test
    void operators_ban_beside_one_of_the_configuration_is_lifted_and_the_other_is_named() throws Exception {
        addBan("{'userId':'eve','seconds':60}");

        assertThat(liftBan("userId=eve").statusCode()).isEqualTo(204);
        HttpResponse<String> response = liftBan("userId=eve");
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body()).contains("\"details\":[{\"path\":\"/userId\",\"rule\":\"configuration\"}]");
    }

    @Test
    void session_is_ended_by_its_id() throws Exception {
        HttpRequest.Builder delete = request("/admin/sessions/abc")
                .header("Authorization", "Bearer " + KEY)
                .DELETE();

        assertThat(send(delete).statusCode()).isEqualTo(204);
        assertThat(revoked).containsExactly(new Revocation.OfSession("abc"));
        assertThat(events.all())
                .singleElement()
                .satisfies(fields -> assertThat(fields)
                        .containsEntry("event", "admin.revoked")
                        .containsEntry("sessionId", "abc")
                        .containsEntry("detail", "api_key"));
        revocationAnswer = Future.succeededFuture(false);
        assertThat(send(delete).statusCode()).isEqualTo(404);
    }

    @Test
    void sessions_of_a_user_are_listed_with_their_metadata() throws Exception {
        HttpResponse<String> response =
                send(request("/admin/sessions?userId=ann").header("Authorization", "Bearer " + KEY));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.body())
                .isEqualTo(
                        "{\"sessions\":[{\"sessionId\":\"abc\",\"userId\":\"ann\",\"role\":\"member\",\"node\":\"n1\","
                                + "\"ip\":\"192.0.2.1\",\"userAgent\":\"test\",\"createdAt\":3,\"expiresAt\":4,"
                                + "\"lastActivityAt\":" + (NOW - 5) + "}]}");
        assertThat(send(request("/admin/sessions").header("Authorization", "Bearer " + KEY))
                        .statusCode())
                .isEqualTo(400);
        assertThat(get("/admin/sessions?userId=ann").statusCode()).isEqualTo(401);
    }

    private Future<Boolean> revoke(Revocation revocation) {
        revoked.add(revocation);
        return revocationAnswer;
    }

    private Future<Optional<Ban>> ban(Ban ban) {
        if (full) {
            return Future.succeededFuture(Optional.empty());
        }
        return revocationAnswer.map(any -> {
            banned.add(ban);
            return Optional.of(ban);
        });
    }

    private Future<Boolean> lift(BanTarget target) {
        return revocationAnswer.map(any -> banned.removeIf(each -> each.target().equals(target)));
    }

    private HttpResponse<String> addBan(String body) throws IOException, InterruptedException {
        return send(request("/admin/bans")
                .header("Authorization", "Bearer admin-token")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private HttpResponse<String> liftBan(String query) throws IOException, InterruptedException {
        return send(request("/admin/bans?" + query)
                .header("Authorization", "Bearer " + KEY)
                .DELETE());
    }

    private Future<List<ActiveSessions.Row>> sessionsOf(UserId user) {
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

    private HttpResponse<String> revoke(String body, String token) throws IOException, InterruptedException {
        return send(request("/admin/revocations")
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private HealthCheck check(String name) {
        return new HealthCheck() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public HealthCheck.State check() {
                return name.equals("store") ? store : HealthCheck.State.UP;
            }
        };
    }

    private Future<Optional<Sender>> prove(String token) {
        if (token.equals("broken-token")) {
            return Future.failedFuture("no answer");
        }
        return Future.succeededFuture(Role.of(token.replace("-token", ""))
                .map(role -> new Sender(new UserId("ann"), Optional.empty(), role, List.of(), "s1")));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    private HttpResponse<String> metricsWith(String authorization) throws IOException, InterruptedException {
        return send(request("/metrics").header("Authorization", authorization));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** A raw socket, since the JDK's client writes its own Host. */
    private String raw(String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }
}
