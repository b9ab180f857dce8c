package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshake table, row by row: the answer to each, in their order, and that nothing is counted too early. */
class HandshakeRowsTest {
    private static final AtomicInteger HOSTS = new AtomicInteger();
    private static final int PER_ADDRESS = 3;

    private static TestNode node;

    private final List<RawPeer> peers = new ArrayList<>();

    @BeforeAll
    static void open() {
        node = TestNode.start(
                "tls.required=true",
                "http.trustedProxies=[\"127.0.0.1\"]",
                "origin.allowed=[\"https://chat.example.com\", \"https://*.example.org\"]",
                "origin.missing=reject",
                "handshake.requiredHeaders={\"X-Edge\": \"/eu-[0-9]+/\"}",
                "limits.connectionsPerIp=" + PER_ADDRESS);
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    @Test
    void what_is_right_in_every_row_is_let_in() {
        Reply reply = knock(good());
        assertThat(reply.status()).isEqualTo(101);
    }

    @Test
    void a_connection_without_tls_is_told_what_to_speak_and_cut_off() {
        RawPeer peer = peer();
        Reply reply = good().without("X-Forwarded-Proto").from(peer);
        assertThat(reply.status()).isEqualTo(426);
        assertThat(reply.header("Upgrade")).isEqualTo("TLS/1.2");
        assertThat(reply.header("Connection")).containsIgnoringCase("upgrade");
        assertThat(reply.body()).isEqualTo("Secure connection required");
        assertThat(peer.isCutOff()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https, http", "", "httpss", "wss"})
    void what_the_nearest_proxy_did_not_receive_over_tls_is_insecure(String proto) {
        assertThat(knock(good().with("X-Forwarded-Proto", proto)).status()).isEqualTo(426);
    }

    @Test
    void only_a_trusted_proxy_is_believed() {
        try (TestNode direct = TestNode.start(
                "tls.required=true", "http.trustedProxies=[\"192.0.2.1\"]", "limits.connectionsPerIp=1")) {
            Upgrade forged = Upgrade.of("X-Forwarded-Proto: https", "X-Forwarded-For: 203.0.113.99");
            assertThat(forged.from(to(direct)).status()).isEqualTo(426);
        }
        try (TestNode direct = TestNode.start("limits.connectionsPerIp=1")) {
            assertThat(Upgrade.of("X-Forwarded-For: 203.0.113.98")
                            .from(to(direct))
                            .status())
                    .isEqualTo(101);
            assertThat(Upgrade.of("X-Forwarded-For: 203.0.113.99")
                            .from(to(direct))
                            .status())
                    .isEqualTo(429);
            part();
        }
    }

    @Test
    void a_draining_node_takes_nobody_new_and_says_when_to_come_back() throws Exception {
        try (TestNode leaving =
                TestNode.start("drain.windowMs=8000", "tls.required=true", "http.trustedProxies=[\"127.0.0.1\"]")) {
            Upgrade secure = Upgrade.of("X-Forwarded-Proto: https");
            RawPeer guest = to(leaving);
            assertThat(secure.withToken(leaving.token("guest")).from(guest).status())
                    .isEqualTo(101);
            guest.next("auth_success");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(leaving::close);
            guest.next("server_draining");
            RawPeer late = to(leaving);
            Reply reply = secure.with("Origin", "https://evil.example").from(late);
            assertThat(reply.status()).isEqualTo(503);
            assertThat(Integer.parseInt(reply.header("Retry-After"))).isPositive();
            assertThat(late.isCutOff()).isTrue();
            assertThat(Upgrade.of().from(to(leaving)).status())
                    .as("the earlier row answers first")
                    .isEqualTo(426);
            assertThat(guest.closeCode()).isEqualTo(1012);
            guest.close();
            stopped.get(60, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://chat.example.com",
                "https://chat.example.com:443",
                "HTTPS://Chat.Example.COM",
                "https://a.example.org",
                "https://a.b.example.org"
            })
    void a_listed_origin_is_let_in(String origin) {
        assertThat(knock(good().with("Origin", origin)).status()).isEqualTo(101);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "",
                "http://chat.example.com",
                "https://chat.example.com:8443",
                "https://chat.example.com.evil.example",
                "https://evilexample.org",
                "https://example.org",
                "https://.example.org",
                "https://a.example.org.",
                "https://chat.example.com/",
                "https://user@chat.example.com",
                "https://chat.example.com, https://chat.example.com",
                "chat.example.com"
            })
    void any_other_origin_is_forbidden(String origin) {
        RawPeer peer = peer();
        Reply reply = good().with("Origin", origin).from(peer);
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body()).isEqualTo("This origin is not allowed");
        assertThat(peer.isCutOff()).isTrue();
    }

    @Test
    void no_origin_and_two_origins_are_forbidden() {
        assertThat(knock(good().without("Origin")).status()).isEqualTo(403);
        assertThat(knock(good().plus("Origin", "https://chat.example.com")).status())
                .isEqualTo(403);
        assertThat(knock(good().without("Origin").withToken(node.token("native")))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_missing_origin_passes_with_a_bearer_token_where_the_operator_says_so() {
        try (TestNode app = TestNode.start("origin.missing=allow_with_bearer")) {
            assertThat(Upgrade.of().from(to(app)).status()).isEqualTo(403);
            Reply reply = Upgrade.of().withToken(app.token("ann")).from(to(app));
            assertThat(reply.status()).isEqualTo(101);
            assertThat(Upgrade.of("Authorization: Bearer " + app.token("ann"))
                            .from(to(app))
                            .status())
                    .isEqualTo(101);
            part();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "eu-", "us-1", "eu-1x", "xeu-1", "eu-1,eu-1"})
    void a_required_header_must_say_what_is_required(String value) {
        Reply reply = knock(good().with("X-Edge", value));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body()).isEqualTo("A required header is missing");
    }

    @Test
    void a_required_header_must_be_there_once() {
        assertThat(knock(good().without("X-Edge")).status()).isEqualTo(403);
        assertThat(knock(good().plus("X-Edge", "eu-1")).status()).isEqualTo(403);
    }

    @Test
    void the_eleventh_attempt_within_a_minute_is_told_the_true_wait() {
        Upgrade knock = good();
        long began = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            enterAndLeave(knock);
        }
        RawPeer eleventh = peer();
        Reply reply = knock.from(eleventh);
        long atMost = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + 1;
        assertThat(reply.status()).isEqualTo(429);
        assertThat(Long.parseLong(reply.header("Retry-After"))).isBetween(60 - atMost, 60L);
        assertThat(reply.body()).isEqualTo("Too many connection attempts");
        assertThat(eleventh.isCutOff()).isTrue();
        assertThat(knock(good()).status()).as("another address").isEqualTo(101);
    }

    @Test
    void an_address_is_the_same_however_it_is_spelled() {
        Upgrade knock = good().with("X-Forwarded-For", "198.51.100.7");
        for (int i = 0; i < 10; i++) {
            enterAndLeave(knock);
        }
        for (String spelled : List.of("::ffff:198.51.100.7", "64:ff9b::c633:6407", "[::ffff:c633:6407]:443")) {
            assertThat(knock(knock.with("X-Forwarded-For", spelled)).status())
                    .as(spelled)
                    .isEqualTo(429);
        }
        assertThat(knock(knock.with("X-Forwarded-For", "198.51.100.7, 198.51.100.8"))
                        .status())
                .as("the rightmost hop that nobody vouches for")
                .isEqualTo(101);
        assertThat(knock(knock.with("X-Forwarded-For", "198.51.100.9, 198.51.100.7, 127.0.0.1"))
                        .status())
                .isEqualTo(429);
    }

    @Test
    void a_network_of_ipv6_counts_as_one_address() {
        for (int i = 0; i < 10; i++) {
            enterAndLeave(good().with("X-Forwarded-For", "2001:db8:1:2::" + i));
        }
        assertThat(knock(good().with("X-Forwarded-For", "2001:db8:1:2:ffff::1")).status())
                .isEqualTo(429);
        assertThat(knock(good().with("X-Forwarded-For", "2001:db8:1:3::1")).status())
                .isEqualTo(101);
    }

    @Test
    void a_good_token_does_not_count_against_its_address_and_a_bad_one_does() {
        Upgrade knock = good();
        for (int i = 0; i < 12; i++) {
            RawPeer peer = peer();
            assertThat(knock.withToken(node.token("office-" + i)).from(peer).status())
                    .isEqualTo(101);
            leave(peer);
        }
        for (int i = 0; i < 10; i++) {
            RawPeer peer = peer();
            assertThat(knock.withToken("no.good.token").from(peer).status()).isEqualTo(101);
            assertThat(peer.ending().lastWord().getString("type")).isEqualTo("auth_failure");
            peer.close();
        }
        assertThat(knock(knock.withToken("no.good.token")).status())
                .as("instead of auth_failure")
                .isEqualTo(429);
        assertThat(knock(knock).status()).isEqualTo(429);
        assertThat(knock(knock.withToken(node.token("office-13"))).status())
                .as("a good one still comes in")
                .isEqualTo(101);
    }

    @Test
    void an_address_holds_so_many_connections_with_a_token_or_without() {
        Upgrade knock = good();
        List<RawPeer> inside = new ArrayList<>();
        for (int i = 0; i < PER_ADDRESS; i++) {
            RawPeer peer = peer();
            assertThat(knock.withToken(node.token("crowd-" + i)).from(peer).status())
                    .isEqualTo(101);
            inside.add(peer);
        }
        RawPeer refused = peer();
        Reply reply = knock.from(refused);
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.body()).isEqualTo("Too many connections");
        assertThat(Integer.parseInt(reply.header("Retry-After"))).isPositive();
        assertThat(refused.isCutOff()).isTrue();
        assertThat(knock(knock.withToken(node.token("crowd-x"))).status()).isEqualTo(429);
        inside.get(0).close();
        assertThat(Await.until(
                        () -> knock(knock.withToken(node.token("crowd-y"))).status() == 101))
                .as("who leaves makes room")
                .isTrue();
    }

    @Test
    void a_row_that_fails_is_answered_before_the_rows_below_it() {
        Upgrade knock = good();
        for (int i = 0; i < 10; i++) {
            enterAndLeave(knock);
        }
        Upgrade worst =
                knock.without("X-Forwarded-Proto").with("Origin", "null").without("X-Edge");
        assertThat(knock(worst).status()).isEqualTo(426);
        assertThat(knock(worst.with("X-Forwarded-Proto", "https")).body()).isEqualTo("This origin is not allowed");
        assertThat(knock(knock.without("X-Edge")).body()).isEqualTo("A required header is missing");
        assertThat(knock(knock).body()).isEqualTo("Too many connection attempts");
    }

    @Test
    void nothing_is_counted_for_who_fails_an_earlier_row() {
        Upgrade knock = good();
        for (int i = 0; i < 17; i++) {
            assertThat(knock(knock.with("Origin", "https://evil.example")).status())
                    .isEqualTo(403);
            assertThat(knock(knock.without("X-Edge")).status()).isEqualTo(403);
            assertThat(knock(knock.without("X-Forwarded-Proto")).status()).isEqualTo(426);
        }
        for (int i = 0; i < 10; i++) {
            enterAndLeave(knock);
        }
        assertThat(knock(knock).status()).isEqualTo(429);
    }

    @Test
    void an_attempt_refused_for_want_of_room_takes_none() {
        Upgrade knock = good();
        List<RawPeer> inside = new ArrayList<>();
        for (int i = 0; i < PER_ADDRESS; i++) {
            RawPeer peer = peer();
            knock.withToken(node.token("full-" + i)).from(peer);
            inside.add(peer);
        }
        for (int i = 0; i < 5; i++) {
            assertThat(knock(knock.withToken(node.token("late"))).status()).isEqualTo(429);
        }
        inside.forEach(HandshakeRowsTest::leave);
        for (int i = 0; i < PER_ADDRESS; i++) {
            assertThat(knock(knock.withToken(node.token("fresh-" + i))).status())
                    .isEqualTo(101);
        }
    }

    @Test
    void what_is_no_good_upgrade_takes_no_room() {
        Upgrade knock = good();
        for (int i = 0; i < PER_ADDRESS + 2; i++) {
            RawPeer peer = peer();
            Reply reply = peer.request("GET /ws HTTP/1.1\r\nHost: x\r\n"
                    + String.join("\r\n", knock.withToken(node.token("plain")).lines()) + "\r\n\r\n");
            assertThat(reply.status()).as("no upgrade").isBetween(400, 426);
            peer.close();
        }
        for (int i = 0; i < PER_ADDRESS; i++) {
            assertThat(knock(knock.withToken(node.token("fresh"))).status()).isEqualTo(101);
        }
    }

    /** Right in every row, from an address of its own. */
    private static Upgrade good() {
        return Upgrade.of(
                "X-Forwarded-Proto: https",
                "X-Forwarded-For: 203.0.113." + HOSTS.incrementAndGet(),
                "Origin: https://chat.example.com",
                "X-Edge: eu-1");
    }

    private Reply knock(Upgrade upgrade) {
        return upgrade.from(peer());
    }

    /** Comes in and goes, so that only the attempt counts. */
    private void enterAndLeave(Upgrade upgrade) {
        RawPeer peer = peer();
        assertThat(upgrade.from(peer).status()).isEqualTo(101);
        leave(peer);
    }

    /** Says goodbye, and waits until the server has closed: its place is free then. */
    private static void leave(RawPeer peer) {
        peer.frame(0x88, new byte[] {3, (byte) 0xE8});
        assertThat(peer.isCutOff()).isTrue();
        peer.close();
    }

    private RawPeer peer() {
        return to(node);
    }

    private RawPeer to(TestNode some) {
        RawPeer peer = RawPeer.to(some.port());
        peers.add(peer);
        return peer;
    }
}
