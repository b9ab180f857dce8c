package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many attackers at the address of an honest user. Who has proved who they are does not pay for their address: each of their
 * requests succeeds while the others of that address get nothing.
 */
class ManyAttackersIT {
    private static final String FOREIGN = "Origin: https://evil.example\r\n";
    private static final String PAGE = "http://localhost:8000";
    private static final String PASSWORD = "Correct-Horse-7x";
    private static final int MINUTE = 50;
    private static final int TIMES = 10;
    private static final int TRIES = 3;

    /** Of an account at an address where it has logged in before. */
    private static final int LOGINS = 5;

    private static final Duration PACE = Duration.ofMillis(10);

    /** Three times as many connections are more than an address may have. */
    private static final int ENOUGH = 400;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger attacks = new AtomicInteger();
    private volatile boolean over;
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.start(
                "http.requestsPerMinute=" + MINUTE,
                "limits.acceptsPerSecond=100000",
                "accounts.passwords.cost=10",
                "accounts.mail.from=chat@example.com",
                "accounts.mail.link=https://chat.example.com/",
                "accounts.mail.smtp.host=127.0.0.1",
                "accounts.mail.smtp.tls=off",
                "accounts.mail.smtp.port=9");
    }

    @AfterEach
    void stop() {
        over = true;
        threads.shutdownNow();
        node.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void requests_without_a_token_cost_the_users_of_their_address_nothing(int attackers) {
        JsonObject account = register("ann");
        Poller poller = new Poller(node.token("cleo"));
        flood(attackers, () -> get("/nothing", ""));
        String token = "Authorization: Bearer " + node.token("ben") + "\r\n";
        for (int i = 0; i < TIMES; i++) {
            assertThat(get("/api/rooms", token)).as("a call").isEqualTo(200);
            assertThat(handshake(node.token("ben"))).isEqualTo(101);
            poller.ping();
        }
        assertThat(post("/api/auth/login", "", logIn("ann"))).as("a login").isEqualTo(200);
        JsonObject refresh = new JsonObject().put("refreshToken", account.getString("refreshToken"));
        assertThat(post("/api/auth/refresh", "", refresh)).as("a refresh").isEqualTo(200);
        String login = "Authorization: Bearer " + account.getString("accessToken") + "\r\n";
        assertThat(post("/api/auth/logout", login, null)).as("a logout").isEqualTo(204);
        assertThat(get("/api/rooms", "Authorization: Bearer a.b.c\r\n"))
                .as("no token is none")
                .isEqualTo(429);
        assertThat(preflight("/api/rooms", PAGE).header("Access-Control-Allow-Origin"))
                .as("a browser asks whether a page may bring a token")
                .isEqualTo(PAGE);
        assertThat(preflight("/api/auth/refresh", PAGE).status()).isEqualTo(204);
        assertThat(preflight("/nothing", PAGE).status()).isEqualTo(429);
        assertThat(preflight("/api/rooms", "https://evil.example").status()).isNotEqualTo(204);
    }

    private Reply preflight(String path, String origin) {
        return send("OPTIONS " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: " + origin
                + "\r\nAccess-Control-Request-Method: POST\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void posts_that_are_no_logins_cost_the_users_of_their_address_no_login(int attackers) {
        register("ann");
        var unused = begin(attackers, () -> post("/api/auth/login", "", new JsonObject()));
        assertThat(Await.until(() -> attacks.get() > 4 * MINUTE)).isTrue();
        for (int i = 0; i < LOGINS; i++) {
            assertThat(post("/api/auth/login", "", logIn("ann"))).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void links_that_are_made_up_cost_the_users_of_their_address_no_login(int attackers) {
        register("ann");
        JsonObject madeUp = new JsonObject().put("token", "x".repeat(43));
        assertThat(post("/api/auth/verify", "", madeUp)).as("no good link").isEqualTo(403);
        var refused = begin(attackers, () -> post("/api/auth/verify", "", madeUp));
        assertThat(Await.until(refused::isDone)).isTrue();
        for (int i = 0; i < LOGINS; i++) {
            assertThat(post("/api/auth/login", "", logIn("ann"))).isEqualTo(200);
        }
    }

    @Test
    void attempts_to_log_in_have_a_budget_too_and_take_none_of_that_of_other_posts() {
        Reply last = request("/api/auth/login", "", logIn("unknown"));
        for (int i = 0; i < MINUTE; i++) {
            last = request("/api/auth/login", "", logIn("unknown" + i));
        }
        assertThat(last.status()).isEqualTo(429);
        assertThat(Integer.parseInt(last.header("Retry-After")))
                .as("not that of the five logins")
                .isBetween(1, 60);
        Reply other = request("/api/auth/login", "", new JsonObject());
        assertThat(other.status()).isEqualTo(400);
        assertThat(other.header("Connection")).isEmpty();
    }

    @Test
    void connection_of_a_post_that_is_no_login_ends_beyond_the_limit() {
        try (RawPeer peer = RawPeer.to(node.port())) {
            String post = "POST /api/auth/login HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
                    + "Host: 127.0.0.1\r\n\r\n{}";
            Reply reply = peer.request(post.repeat(2 * MINUTE));
            for (int i = 1; i < MINUTE; i++) {
                assertThat(reply.header("Connection")).isEmpty();
                reply = peer.request("");
            }
            assertThat(peer.request("").header("Connection")).isEqualTo("close");
            assertThat(peer.isCutOff()).isTrue();
        }
    }

    /** Of a body with a thousand fields each is judged. */
    @Test
    void long_post_to_the_path_of_the_login_is_refused_unread_beyond_the_limit() {
        register("ann");
        JsonObject fields = new JsonObject();
        for (int i = 0; i < 200; i++) {
            fields.put("field" + i, i);
        }
        assertThat(post("/api/auth/login", "", fields)).isEqualTo(400);
        for (int i = 0; i < MINUTE; i++) {
            request("/api/auth/login", "", new JsonObject());
        }
        Reply refused = request("/api/auth/login", "", fields);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Connection")).isEqualTo("close");
        assertThat(post("/api/auth/login", "", logIn("ann"))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10})
    void pages_of_other_sites_cost_their_visitors_nothing(int attackers) {
        for (String page : List.of(FOREIGN, "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n")) {
            flood(attackers, () -> get("/nothing", page));
            assertThat(get("/nothing", page)).isEqualTo(429);
            over = true;
        }
        assertThat(get("/nothing", "")).as("without a token").isEqualTo(404);
        assertThat(get("/api/rooms", "Authorization: Bearer " + node.token("ben") + "\r\n"))
                .isEqualTo(200);
    }

    @Test
    void polls_of_a_user_take_nothing_from_their_address_and_are_refused_for_no_budget() {
        Poller poller = new Poller(node.token("cleo"));
        for (int i = 0; i < MINUTE; i++) {
            poller.ping();
        }
        assertThat(get("/nothing", "")).as("of the same address").isEqualTo(404);
    }

    @Test
    void user_has_a_budget_and_logs_out_beyond_it() {
        JsonObject account = register("ann");
        String mine = "Authorization: Bearer " + account.getString("accessToken") + "\r\n";
        assertThat(Await.until(() -> get("/api/auth/me", mine) == 429)).isTrue();
        assertThat(get("/api/rooms", "Authorization: Bearer " + node.token("ben") + "\r\n"))
                .as("another user of that address")
                .isEqualTo(200);
        assertThat(post("/api/auth/logout", mine, null)).isEqualTo(204);
    }

    /** Each attacker opens up to 300 a second. */
    @ParameterizedTest
    @CsvSource({"1, ''", "10, ''", "1, GET /api/rooms HTTP/1.1", "10, GET /api/rooms HTTP/1.1"})
    void connections_that_send_no_whole_request_close_none_that_does(int attackers, String begin) {
        Deque<RawPeer> silent = new ConcurrentLinkedDeque<>();
        flood(attackers, () -> {
            Await.pass(PACE);
            for (int i = 0; i < 3; i++) {
                RawPeer peer = RawPeer.to(node.port());
                silent.add(peer);
                peer.write(begin.getBytes(StandardCharsets.US_ASCII));
            }
            if (attacks.get() > ENOUGH) {
                silent.remove().close();
            }
            return 429;
        });
        try {
            assertThat(Await.until(() -> attacks.get() > ENOUGH)).isTrue();
            for (int i = 0; i < TIMES; i++) {
                assertThat(handshakeIn(TRIES)).isTrue();
            }
        } finally {
            over = true;
            silent.forEach(RawPeer::close);
        }
    }

    /** At thousands a second a connection has 40 ms until its first bytes are read, which a busy machine may take. */
    private boolean handshakeIn(int tries) {
        try {
            return handshake(node.token("ben")) == 101;
        } catch (UncheckedIOException cutOff) {
            return tries > 1 && handshakeIn(tries - 1);
        }
    }

    /** Goes on until the test is over; returns once an attack was refused. */
    private void flood(int attackers, Supplier<Integer> attack) {
        begin(attackers, attack).join();
    }

    /** The same; the future completes once an attack was refused. */
    private CompletableFuture<Void> begin(int attackers, Supplier<Integer> attack) {
        over = false;
        CompletableFuture<Void> refused = new CompletableFuture<>();
        for (int i = 0; i < attackers; i++) {
            threads.execute(() -> {
                while (!over) {
                    attacks.incrementAndGet();
                    try {
                        if (attack.get() == 429) {
                            refused.complete(null);
                        }
                    } catch (UncheckedIOException cutOff) {
                        refused.complete(null);
                    }
                }
            });
        }
        return refused;
    }

    private JsonObject register(String name) {
        JsonObject body = logIn(name).put("username", name);
        Reply reply = request("/api/auth/register", "", body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
        return new JsonObject(reply.body());
    }

    private static JsonObject logIn(String name) {
        return new JsonObject()
                .put("email", name + "@example.org")
                .put("password", PASSWORD)
                .put("refreshTokenIn", "body");
    }

    private int post(String path, String headers, JsonObject body) {
        return request(path, headers, body).status();
    }

    private Reply request(String path, String headers, JsonObject body) {
        String text = body == null ? "" : body.encode();
        return send("POST " + path + " HTTP/1.1\r\n" + (body == null ? "" : "Content-Type: application/json\r\n")
                + "Content-Length: " + text.length() + "\r\nHost: 127.0.0.1\r\n" + headers + "\r\n" + text);
    }

    private int get(String path, String headers) {
        return send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + "\r\n")
                .status();
    }

    private int handshake(String token) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.upgrade("Authorization: Bearer " + token).status();
        }
    }

    private Reply send(String request) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return peer.request(request);
        }
    }

    /** A client of Socket.IO that has no WebSocket. */
    private final class Poller {
        private final String path;

        Poller(String token) {
            String opened = exchange("GET", "/socket.io/?EIO=4&transport=polling", "");
            path = "/socket.io/?EIO=4&transport=polling&sid=" + new JsonObject(opened.substring(1)).getString("sid");
            exchange("POST", path, "40" + new JsonObject().put("token", token).encode());
            assertThat(exchange("GET", path, "")).startsWith("40");
        }

        void ping() {
            exchange("POST", path, "421[\"ping\"]");
            assertThat(Await.until(() -> exchange("GET", path, "").contains("431[")))
                    .isTrue();
        }

        private String exchange(String method, String target, String body) {
            Reply reply = send(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    + (body.isEmpty()
                            ? ""
                            : "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: " + body.length() + "\r\n")
                    + "\r\n" + body);
            assertThat(reply.status()).as(reply.body()).isEqualTo(200);
            return reply.body();
        }
    }
}
