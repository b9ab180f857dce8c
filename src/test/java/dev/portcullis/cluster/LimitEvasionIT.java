package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Clients who try to get around limits on three nodes with one Redis. What gets through is compared with the most that
 * the limits allow within the time of the test, however long a busy machine takes.
 */
class LimitEvasionIT {
    private static final int BURST = 5;
    private static final int MINUTE = 12;
    private static final int CONNECTION = 30;
    private static final int HANDSHAKES = 30;
    private static final int ATTEMPTS = 10;
    private static final int LOGINS = 5;
    private static final int BLOCKS = 4;
    private static final int HOSTILE = 1008;
    private static final int TRY_LATER = 1013;
    private static final long A_MINUTE = 60_000;
    private static final AtomicInteger IDS = new AtomicInteger();

    private static RedisProcess redis;
    private static final List<TestNode> NODES = new ArrayList<>();

    private final long begun = System.nanoTime();

    @BeforeAll
    static void start() {
        redis = RedisProcess.start();
        List<Integer> ports = Stream.generate(FreePort::find).limit(3).toList();
        String members = ports.stream()
                .map(port -> "\"127.0.0.1:" + port + "\"")
                .toList()
                .toString();
        for (int node = 0; node < 3; node++) {
            NODES.add(start(node, ports.get(node), members));
        }
    }

    /** Blocks are as short as their window, so that a client who waits them out has as many bursts as can be. */
    private static TestNode start(int node, int port, String members) {
        return TestNode.start(
                "stages={\"edge\": 1, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}",
                "store.kind=redis",
                "store.redis.uri=" + redis.uri(),
                "cluster.enabled=true",
                "cluster.port=" + port,
                "cluster.bus.port=0",
                "cluster.members=" + members,
                "ratelimit.user.burst=" + BURST,
                "ratelimit.user.minute=" + MINUTE,
                "ratelimit.connection.minute=" + CONNECTION,
                "ratelimit.actions={\"history\": 1000}",
                "ratelimit.blocks.banAfter=" + BLOCKS,
                "ratelimit.blocks.burstMs=1000",
                "accounts.passwords.cost=10",
                "http.requestsPerMinute=100000",
                "http.trustedProxies=" + (node == 0 ? "[\"127.0.0.1/32\"]" : "[]"));
    }

    @AfterAll
    static void stop() {
        TestNode.close(NODES);
        redis.close();
    }

    @Test
    void user_on_all_nodes_with_several_tokens_has_one_burst() throws Exception {
        List<JdkPeer> peers =
                IntStream.range(0, 5).mapToObj(i -> peer(i, "spread")).toList();
        List<CompletableFuture<Integer>> floods = peers.stream()
                .map(peer -> CompletableFuture.supplyAsync(() -> count(6, i -> passes(peer))))
                .toList();
        int passed = 0;
        for (CompletableFuture<Integer> each : floods) {
            passed += each.get(60, TimeUnit.SECONDS);
        }
        peers.forEach(JdkPeer::cut);

        assertThat(passed).isPositive().isLessThanOrEqualTo(most(BURST, 1_000));
    }

    @Test
    void user_who_waits_each_block_out_and_bursts_again_gets_no_more_than_the_windows_hold() {
        try (JdkPeer one = peer(0, "edges");
                JdkPeer other = peer(1, "edges")) {
            int passed = 0;
            long block = 0;
            for (int burst = 0; burst < 3; burst++) {
                Await.pass(Duration.ofMillis(block));
                block = 0;
                for (int i = 0; block == 0; i++) {
                    block = refusedFor(i % 2 == 0 ? one : other);
                    passed += block == 0 ? 1 : 0;
                }
            }

            assertThat(passed)
                    .isGreaterThan(BURST)
                    .isLessThanOrEqualTo(most(BURST, 1_000))
                    .isLessThanOrEqualTo(most(MINUTE, A_MINUTE));
        }
    }

    @Test
    void user_who_drips_slowly_over_nodes_and_reconnects_gets_the_minute_s_number() {
        int passed = count(MINUTE + BURST, i -> {
            try (JdkPeer peer = peer(i, "drip")) {
                Await.pass(Duration.ofMillis(1_000 / BURST));
                return passes(peer);
            }
        });

        assertThat(passed).isGreaterThan(BURST).isLessThanOrEqualTo(most(MINUTE, A_MINUTE));
    }

    @Test
    void handshakes_of_a_user_are_limited_over_all_nodes_and_tokens() {
        List<Integer> codes = new ArrayList<>();
        int opened = count(HANDSHAKES + 10, i -> {
            JdkPeer peer = JdkPeer.admitted(node(i).ws(), node(i).token("knocks"));
            JsonObject first = peer.next();
            if (first.getString("type").equals("auth_success")) {
                peer.cut();
                return true;
            }
            assertThat(first.getString("scope") + "/" + first.getString("window"))
                    .isEqualTo("user/minute");
            codes.add(peer.ended());
            return false;
        });

        assertThat(opened).isPositive().isLessThanOrEqualTo(most(HANDSHAKES, A_MINUTE));
        assertThat(codes).isNotEmpty().containsOnly(TRY_LATER);
    }

    @Test
    void forged_header_of_a_client_makes_no_new_address() {
        int admitted = count(3 * ATTEMPTS, i -> upgrades(node(1 + i % 2), "198.51.100." + i));

        assertThat(admitted).isPositive().isLessThanOrEqualTo(most(ATTEMPTS, A_MINUTE));
    }

    @Test
    void addresses_before_the_proxy_are_not_counted_for_its_client() {
        int admitted = count(3 * ATTEMPTS, i -> upgrades(node(0), "10.9.8." + i + ", 203.0.113.5"));

        assertThat(admitted).isPositive().isLessThanOrEqualTo(most(ATTEMPTS, A_MINUTE));
    }

    @Test
    void addresses_of_one_64_are_one_and_those_of_one_48_are_eight() {
        assertThat(count(3 * ATTEMPTS, i -> upgrades(node(0), "2001:db8:1:1::" + Integer.toHexString(i))))
                .isPositive()
                .isLessThanOrEqualTo(most(ATTEMPTS, A_MINUTE));
        assertThat(count(10 * ATTEMPTS, i -> upgrades(node(0), "2001:db8:2:" + Integer.toHexString(i) + "::1")))
                .isGreaterThan(ATTEMPTS)
                .isLessThanOrEqualTo(most(8 * ATTEMPTS, A_MINUTE));
        assertThat(count(2 * ATTEMPTS, i -> upgrades(node(0), i % 2 == 0 ? "192.0.2.7" : "::ffff:192.0.2.7")))
                .isPositive()
                .isLessThanOrEqualTo(most(ATTEMPTS, A_MINUTE));
    }

    @Test
    void logins_of_one_address_are_limited_over_all_nodes() {
        int answered = count(3 * LOGINS, i -> logIn(node(1 + i % 2), "user" + i + "@example.com", "198.51.100." + i));

        assertThat(answered).isPositive().isLessThanOrEqualTo(LOGINS);
    }

    /** The bucket of a connection is local: its user gets at most one for each connection that they may open. */
    @Test
    void frames_that_only_connections_count_are_bounded_by_the_number_of_connections() {
        List<JdkPeer> peers =
                IntStream.range(0, 3).mapToObj(i -> peer(i, "pings")).toList();

        int answered = peers.stream().mapToInt(LimitEvasionIT::pingUntilRefused).sum();
        peers.forEach(JdkPeer::cut);

        assertThat(answered).isPositive().isLessThanOrEqualTo(3 * most(CONNECTION, A_MINUTE));
    }

    @Test
    void user_who_reconnects_for_each_block_of_a_connection_is_banned() {
        int answered = 0;
        for (int i = 0; i < BLOCKS - 1; i++) {
            try (JdkPeer peer = peer(i, "again")) {
                answered += pingUntilRefused(peer);
            }
        }
        try (JdkPeer last = peer(2, "again")) {
            answered += pingUntilRefused(last);
            assertThat(last.ended()).isEqualTo(HOSTILE);
        }

        assertThat(answered).isLessThanOrEqualTo(BLOCKS * most(CONNECTION, A_MINUTE));
    }

    private static int pingUntilRefused(JdkPeer peer) {
        for (int answered = 0; ; answered++) {
            peer.send("{\"type\":\"ping\"}");
            JsonObject answer = peer.next();
            if (answer.getString("type").equals("rate_limited")) {
                assertThat(answer.getString("scope")).isEqualTo("connection");
                return answered;
            }
        }
    }

    /** The most that sliding windows let through in the time of this test. */
    private int most(int limit, long windowMs) {
        long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        return (int) (limit * (elapsed / windowMs + 1));
    }

    private static int count(int attempts, IntPredicate passes) {
        return (int) IntStream.range(0, attempts).filter(passes).count();
    }

    private static TestNode node(int i) {
        return NODES.get(i % NODES.size());
    }

    private static JdkPeer peer(int node, String user) {
        JdkPeer peer = JdkPeer.admitted(node(node).ws(), node(node).token(user));
        peer.next("auth_success");
        return peer;
    }

    private static boolean passes(ChatPeer peer) {
        return refusedFor(peer) == 0;
    }

    /** Returns 0 if a frame gets through, else how long it is refused for. */
    private static long refusedFor(ChatPeer peer) {
        String id = "p" + IDS.incrementAndGet();
        JsonObject answer = peer.ask(new JsonObject()
                .put("type", "history")
                .put("roomId", "lobby")
                .put("limit", 1)
                .put("id", id));
        assertThat(answer.getString("type")).isIn("history", "rate_limited");
        return answer.getLong("retryAfter", 0L);
    }

    private static boolean upgrades(TestNode node, String forwardedFor) {
        try (RawPeer peer = RawPeer.to(node.port())) {
            int status = peer.upgrade("X-Forwarded-For: " + forwardedFor).status();
            assertThat(status).isIn(101, 429, 503); // the last where it was not counted in time
            return status == 101;
        }
    }

    private static boolean logIn(TestNode node, String email, String forwardedFor) {
        String body = "{\"email\":\"" + email + "\",\"password\":\"Wrong-Horse-9\"}";
        try (RawPeer peer = RawPeer.to(node.port())) {
            int status = peer.request("POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1:" + node.port()
                            + "\r\nContent-Type: application/json\r\nX-Forwarded-For: " + forwardedFor
                            + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                    .status();
            assertThat(status)
                    .isIn(401, 429, 503); // on a busy machine a stage may answer too late, which lets none through
            return status == 401;
        }
    }
}
