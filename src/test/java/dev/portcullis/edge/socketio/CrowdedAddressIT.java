package dev.portcullis.edge.socketio;

import static dev.portcullis.edge.socketio.EngineClient.HANDSHAKE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socketio.EngineClient.Polled;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user of Socket.IO at an address where others open sessions, or hold connections, without an end. */
class CrowdedAddressIT {
    private static final String OPENING =
            "GET /socket.io/" + HANDSHAKE + " HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://localhost:3000\r\n\r\n";

    private static final String WEBSOCKET = String.join(
            "\r\n",
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
            "Host: 127.0.0.1",
            "Origin: http://localhost:3000",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "",
            "");

    /** That of an attacker: ten in a second. */
    private static final Duration PACE = Duration.ofMillis(100);

    private static final Duration ROUND_TRIP = Duration.ofMillis(200);
    private static final int USERS = 5;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<RawPeer> peers = new ArrayList<>();
    private volatile boolean over;

    @AfterEach
    void stop() {
        over = true;
        threads.shutdownNow();
        peers.forEach(RawPeer::close);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_connects_while_strangers_open_sessions_that_prove_nothing(int attackers) {
        try (TestNode node = TestNode.start("http.requestsPerMinute=50")) {
            flood(node, attackers);
            EngineClient client = new EngineClient(node);
            for (int i = 0; i < USERS; i++) {
                Polled session = opened(client);
                Await.pass(ROUND_TRIP);
                session.connect(node.token("user" + i));
                session.join("lobby");
            }
            over = true;
        }
    }

    @Test
    void ten_openings_that_prove_nothing_keep_a_user_out_for_a_moment_only() {
        try (TestNode node = TestNode.start()) {
            EngineClient client = new EngineClient(node);
            useUp(client);
            opened(client).connect(node.token("ann"));
            client.polled().connect(node.token("ben"));
        }
    }

    /** Whatever its transport is: a peer that answers no close holds no connection. */
    @Test
    void client_on_trial_that_proves_nothing_gives_way_to_a_newer_one() {
        try (TestNode node = TestNode.start(
                "limits.pendingConnectionsPerIp=20", "limits.closeLingerMs=10000", "auth.messageTimeoutMs=60000")) {
            EngineClient client = new EngineClient(node);
            useUp(client);
            RawPeer socket = RawPeer.to(node.port());
            peers.add(socket);
            assertThat(Await.until(() -> client.get(HANDSHAKE).statusCode() == 200))
                    .isTrue();
            assertThat(socket.request(WEBSOCKET).status()).isEqualTo(101);
            Polled older = client.polledAtLast();
            for (int i = 1; i < 20; i++) {
                client.polledAtLast();
            }
            long displaced = System.nanoTime();
            assertThat(socket.isCutOff()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - displaced))
                    .as("before the time of a close is over")
                    .isLessThan(Duration.ofSeconds(10));
            Polled newer = client.polledAtLast();
            assertThat(older.poll().statusCode()).isEqualTo(400);
            newer.connect(node.token("ann"));
        }
    }

    @Test
    void right_token_at_the_opening_counts_for_its_user_and_not_for_the_address() {
        try (TestNode node = TestNode.start()) {
            EngineClient client = new EngineClient(node);
            useUp(client);
            for (int i = 0; i < 12; i++) {
                String token = node.token("user" + i);
                opened(client, "Bearer " + token).connect(token);
            }
            assertThat(client.send(client.request(HANDSHAKE).header("Authorization", "Bearer not.a.token"))
                            .statusCode())
                    .as("a wrong one")
                    .isEqualTo(429);
        }
    }

    @Test
    void user_who_opens_sessions_with_a_token_and_uses_none_gets_five() {
        try (TestNode node = TestNode.start()) {
            EngineClient client = new EngineClient(node);
            useUp(client);
            String ann = "Bearer " + node.token("ann");
            for (int i = 0; i < 5; i++) {
                opened(client, ann);
            }
            assertThat(client.send(client.request(HANDSHAKE).header("Authorization", ann))
                            .statusCode())
                    .isEqualTo(429);
            opened(client, "Bearer " + node.token("ben")).connect(node.token("ben"));
        }
    }

    /** A token stays right until it expires; the ban of its user says that it opens nothing. */
    @Test
    void token_of_a_banned_user_is_none() {
        try (TestNode node = TestNode.start("admin.apiKey=" + Gauges.KEY)) {
            EngineClient client = new EngineClient(node);
            String ann = "Bearer " + node.token("ann");
            Polled session = client.polled().connect(node.token("ann"));
            ban(node, "ann");
            assertThat(Await.until(session::isGone)).isTrue();
            List<Integer> answers = new ArrayList<>();
            for (int i = 0; i < 11; i++) {
                answers.add(client.send(client.request(HANDSHAKE).header("Authorization", ann))
                        .statusCode());
            }
            assertThat(answers).as("each is an attempt of the address").endsWith(429);
            opened(client, "Bearer " + node.token("ben")).connect(node.token("ben"));
        }
    }

    private static void ban(TestNode node, String user) {
        HttpRequest request = HttpRequest.newBuilder(node.admin("/admin/bans"))
                .header("Authorization", "Bearer " + Gauges.KEY)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        new JsonObject().put("userId", user).put("seconds", 600).encode()))
                .build();
        try {
            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(201);
        } catch (IOException unreachable) {
            throw new UncheckedIOException(unreachable);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void opening_of_one_user_may_become_the_session_of_another() {
        try (TestNode node = TestNode.start()) {
            Polled session = opened(new EngineClient(node), "Bearer " + node.token("ann"));
            session.connect(node.token("ben"));
        }
    }

    @Test
    void header_for_what_stands_in_front_is_no_token() {
        try (TestNode node = TestNode.start()) {
            opened(new EngineClient(node), "Bearer of-a-proxy").connect(node.token("ann"));
            opened(new EngineClient(node), "Basic b2Y6YS1wcm94eQ==").connect(node.token("ben"));
        }
    }

    /** Accounts with five sessions each, as many as the address lets in; the attack is at its worst with two here. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9})
    void user_gets_in_at_an_address_whose_connections_a_few_accounts_hold(int accounts) {
        try (TestNode node = TestNode.start("limits.connectionsPerIp=10", "sessions.handshakesPerMinute=1000")) {
            List<RawPeer> inside = new ArrayList<>();
            for (int i = 0; i < accounts; i++) {
                for (int session = 0; session < 5; session++) {
                    if (enter(node, "account" + i) == 101) {
                        inside.add(peers.get(peers.size() - 1));
                    }
                }
            }
            assertThat(enter(node, "ann")).as("the first of a user").isEqualTo(101);
            if (accounts > 1) {
                assertThat(enter(node, "ann")).as("another one").isEqualTo(429);
                RawPeer unproved = RawPeer.to(node.port());
                peers.add(unproved);
                assertThat(Upgrade.of().from(unproved).status())
                        .as("who proves nothing")
                        .isEqualTo(429);
            }
            inside.forEach(CrowdedAddressIT::assertServed);
        }
    }

    private static void assertServed(RawPeer peer) {
        peer.text("{\"type\":\"ping\",\"id\":\"p\"}");
        assertThat(peer.next("pong").getString("id")).as("who was there").isEqualTo("p");
    }

    @Test
    void user_of_socket_io_gets_in_at_a_full_address_too_and_not_twice() {
        try (TestNode node = TestNode.start("limits.connectionsPerIp=10", "sessions.handshakesPerMinute=1000")) {
            for (int i = 0; i < 10; i++) {
                enter(node, "account" + i % 2);
            }
            EngineClient client = new EngineClient(node);
            opened(client).connect(node.token("ann"));
            Polled second = opened(client);
            second.post("40" + new JsonObject().put("token", node.token("ann")));
            assertThat(second.next()).as("it may try again").isEqualTo("1");
        }
    }

    /** Where a further session ends the oldest of its user. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void sessions_elsewhere_stay_whatever_a_full_address_refuses(int strangers) {
        try (TestNode node = TestNode.start(
                "limits.connectionsPerIp=" + strangers,
                "sessions.onExceeded=evict_oldest",
                "sessions.handshakesPerMinute=1000",
                "http.trustedProxies=[\"127.0.0.1\"]")) {
            for (int i = 0; i < 5; i++) {
                assertThat(enter(node, "ann", Upgrade.of("X-Forwarded-For: 192.0.2." + i)))
                        .isEqualTo(101);
            }
            List<RawPeer> elsewhere = List.copyOf(peers);
            for (int i = 0; i < strangers; i++) {
                assertThat(enter(node, "stranger" + i)).isEqualTo(101);
            }
            for (int i = 0; i < 5; i++) {
                assertThat(enter(node, "ann")).isEqualTo(429);
            }
            Polled sixth = opened(new EngineClient(node));
            sixth.post("40" + new JsonObject().put("token", node.token("ann")));
            assertThat(sixth.next()).as("it may try again").isEqualTo("1");
            elsewhere.forEach(CrowdedAddressIT::assertServed);
        }
    }

    private int enter(TestNode node, String user) {
        return enter(node, user, Upgrade.of());
    }

    private int enter(TestNode node, String user, Upgrade upgrade) {
        RawPeer peer = RawPeer.to(node.port());
        peers.add(peer);
        int status = upgrade.withToken(node.token(user)).from(peer).status();
        if (status == 101) {
            peer.next("auth_success");
        }
        return status;
    }

    /** As a library would, which tries again. */
    private static Polled opened(EngineClient client) {
        List<HttpResponse<String>> answers = new ArrayList<>();
        assertThat(Await.until(() -> {
                    answers.add(client.get(HANDSHAKE));
                    return last(answers).statusCode() == 200;
                }))
                .isTrue();
        return session(client, last(answers));
    }

    private static Polled opened(EngineClient client, String authorization) {
        HttpResponse<String> answer = client.send(client.request(HANDSHAKE).header("Authorization", authorization));
        assertThat(answer.statusCode()).isEqualTo(200);
        return session(client, answer);
    }

    private static Polled session(EngineClient client, HttpResponse<String> answer) {
        return client.new Polled(new JsonObject(answer.body().substring(1)).getString("sid"));
    }

    private static HttpResponse<String> last(List<HttpResponse<String>> answers) {
        return answers.get(answers.size() - 1);
    }

    /** What the address may open without a proof within a minute. */
    private static void useUp(EngineClient client) {
        for (int i = 0; i < 10; i++) {
            assertThat(client.get(HANDSHAKE).statusCode()).isEqualTo(200);
        }
        assertThat(client.get(HANDSHAKE).statusCode()).isEqualTo(429);
    }

    /** Goes on until the test is over; returns once an opening was refused. */
    private void flood(TestNode node, int attackers) {
        AtomicInteger refused = new AtomicInteger();
        for (int i = 0; i < attackers; i++) {
            threads.execute(() -> {
                while (!over) {
                    openOne(node).filter(status -> status == 429).ifPresent(any -> refused.incrementAndGet());
                    Await.pass(PACE);
                }
            });
        }
        assertThat(Await.until(() -> refused.get() > 0)).isTrue();
    }

    private static Optional<Integer> openOne(TestNode node) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            return Optional.of(peer.request(OPENING).status());
        } catch (UncheckedIOException cutOff) {
            return Optional.empty();
        }
    }
}
