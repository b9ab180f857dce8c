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

/** The checks of a handshake: their answers, their order, and that a refused handshake does not count for later limits. */
class HandshakeChecksIT {
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
    void handshake_that_passes_every_check_is_upgraded() {
        Reply reply = send(validUpgrade());
        assertThat(reply.status()).isEqualTo(101);
    }

    @Test
    void handshake_without_tls_is_refused_with_426_and_disconnected() {
        RawPeer peer = peer();
        Reply reply = validUpgrade().without("X-Forwarded-Proto").from(peer);
        assertThat(reply.status()).isEqualTo(426);
        assertThat(reply.header("Upgrade")).isEqualTo("TLS/1.2");
        assertThat(reply.header("Connection")).containsIgnoringCase("upgrade");
        assertThat(reply.body()).isEqualTo("Secure connection required");
        assertThat(peer.isCutOff()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https, http", "", "httpss", "wss"})
    void handshake_not_received_over_tls_by_the_nearest_proxy_is_refused_with_426(String proto) {
        assertThat(send(validUpgrade().with("X-Forwarded-Proto", proto)).status())
                .isEqualTo(426);
    }

    @Test
    void forwarded_headers_of_an_untrusted_peer_are_ignored() {
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
    void handshake_at_a_draining_node_is_refused_with_503_and_retry_after() throws Exception {
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
                    .as("the earlier check answers first")
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
    void handshake_with_a_listed_origin_is_upgraded(String origin) {
        assertThat(send(validUpgrade().with("Origin", origin)).status()).isEqualTo(101);
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
    void handshake_with_any_other_origin_is_refused_with_403(String origin) {
        RawPeer peer = peer();
        Reply reply = validUpgrade().with("Origin", origin).from(peer);
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body()).isEqualTo("This origin is not allowed");
        assertThat(peer.isCutOff()).isTrue();
    }

    @Test
    void handshake_with_no_origin_or_two_is_refused_with_403() {
        assertThat(send(validUpgrade().without("Origin")).status()).isEqualTo(403);
        assertThat(send(validUpgrade().plus("Origin", "https://chat.example.com"))
                        .status())
                .isEqualTo(403);
        assertThat(send(validUpgrade().without("Origin").withToken(node.token("native")))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void handshake_without_origin_is_upgraded_with_a_bearer_token_if_configured() {
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
    void required_header_with_another_value_is_refused_with_403(String value) {
        Reply reply = send(validUpgrade().with("X-Edge", value));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body()).isEqualTo("A required header is missing");
    }

    @Test
    void required_header_that_is_missing_or_repeated_is_refused_with_403() {
        assertThat(send(validUpgrade().without("X-Edge")).status()).isEqualTo(403);
        assertThat(send(validUpgrade().plus("X-Edge", "eu-1")).status()).isEqualTo(403);
    }

    @Test
    void eleventh_attempt_within_a_minute_is_refused_with_429_and_the_exact_wait() {
        Upgrade upgrade = validUpgrade();
        long began = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            connectAndClose(upgrade);
        }
        RawPeer eleventh = peer();
        Reply reply = upgrade.from(eleventh);
        long atMost = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) + 1;
        assertThat(reply.status()).isEqualTo(429);
        assertThat(Long.parseLong(reply.header("Retry-After"))).isBetween(60 - atMost, 60L);
        assertThat(reply.body()).isEqualTo("Too many connection attempts");
        assertThat(eleventh.isCutOff()).isTrue();
        assertThat(send(validUpgrade()).status()).as("another address").isEqualTo(101);
    }

    @Test
    void all_spellings_of_an_address_count_as_one_address() {
        Upgrade upgrade = validUpgrade().with("X-Forwarded-For", "198.51.100.7");
        for (int i = 0; i < 10; i++) {
            connectAndClose(upgrade);
        }
        for (String spelled : List.of("::ffff:198.51.100.7", "64:ff9b::c633:6407", "[::ffff:c633:6407]:443")) {
            assertThat(send(upgrade.with("X-Forwarded-For", spelled)).status())
                    .as(spelled)
                    .isEqualTo(429);
        }
        assertThat(send(upgrade.with("X-Forwarded-For", "198.51.100.7, 198.51.100.8"))
                        .status())
                .as("the rightmost untrusted hop is another address")
                .isEqualTo(101);
        assertThat(send(upgrade.with("X-Forwarded-For", "198.51.100.9, 198.51.100.7, 127.0.0.1"))
                        .status())
                .isEqualTo(429);
    }

    @Test
    void ipv6_network_counts_as_one_address() {
        for (int i = 0; i < 10; i++) {
            connectAndClose(validUpgrade().with("X-Forwarded-For", "2001:db8:1:2::" + i));
        }
        assertThat(send(validUpgrade().with("X-Forwarded-For", "2001:db8:1:2:ffff::1"))
                        .status())
                .isEqualTo(429);
        assertThat(send(validUpgrade().with("X-Forwarded-For", "2001:db8:1:3::1"))
                        .status())
                .isEqualTo(101);
    }

    @Test
    void handshake_with_a_valid_token_does_not_count_for_its_address_and_others_do() {
        Upgrade upgrade = validUpgrade();
        for (int i = 0; i < 12; i++) {
            RawPeer peer = peer();
            assertThat(upgrade.withToken(node.token("office-" + i)).from(peer).status())
                    .isEqualTo(101);
            closeAndAwait(peer);
        }
        for (int i = 0; i < 9; i++) { // the tenth forged token would be stuffing
            RawPeer peer = peer();
            assertThat(upgrade.withToken("no.good.token").from(peer).status()).isEqualTo(101);
            assertThat(peer.ending().lastWord().getString("type")).isEqualTo("auth_failure");
            peer.close();
        }
        connectAndClose(upgrade);
        assertThat(send(upgrade.withToken("no.good.token")).status())
                .as("refused before its token is checked")
                .isEqualTo(429);
        assertThat(send(upgrade).status()).isEqualTo(429);
        assertThat(send(upgrade.withToken(node.token("office-13"))).status())
                .as("a valid token still connects")
                .isEqualTo(101);
    }

    @Test
    void connections_of_an_address_are_limited_with_and_without_tokens() {
        Upgrade upgrade = validUpgrade();
        List<RawPeer> inside = new ArrayList<>();
        for (int i = 0; i < PER_ADDRESS; i++) {
            RawPeer peer = peer();
            assertThat(upgrade.withToken(node.token("limited-" + i)).from(peer).status())
                    .isEqualTo(101);
            inside.add(peer);
        }
        RawPeer refused = peer();
        Reply reply = upgrade.from(refused);
        assertThat(reply.status()).isEqualTo(429);
        assertThat(reply.body()).isEqualTo("Too many connections");
        assertThat(Integer.parseInt(reply.header("Retry-After"))).isPositive();
        assertThat(refused.isCutOff()).isTrue();
        assertThat(send(upgrade.withToken(node.token("limited-x"))).status()).isEqualTo(429);
        inside.get(0).close();
        assertThat(Await.until(
                        () -> send(upgrade.withToken(node.token("limited-y"))).status() == 101))
                .as("a closed connection frees its slot")
                .isTrue();
    }

    @Test
    void first_failed_check_decides_the_answer() {
        Upgrade upgrade = validUpgrade();
        for (int i = 0; i < 10; i++) {
            connectAndClose(upgrade);
        }
        Upgrade worst =
                upgrade.without("X-Forwarded-Proto").with("Origin", "null").without("X-Edge");
        assertThat(send(worst).status()).isEqualTo(426);
        assertThat(send(worst.with("X-Forwarded-Proto", "https")).body()).isEqualTo("This origin is not allowed");
        assertThat(send(upgrade.without("X-Edge")).body()).isEqualTo("A required header is missing");
        assertThat(send(upgrade).body()).isEqualTo("Too many connection attempts");
    }

    @Test
    void handshake_that_fails_an_earlier_check_is_not_counted_by_the_limits() {
        Upgrade upgrade = validUpgrade();
        for (int i = 0; i < 17; i++) {
            assertThat(send(upgrade.with("Origin", "https://evil.example")).status())
                    .isEqualTo(403);
            assertThat(send(upgrade.without("X-Edge")).status()).isEqualTo(403);
            assertThat(send(upgrade.without("X-Forwarded-Proto")).status()).isEqualTo(426);
        }
        for (int i = 0; i < 10; i++) {
            connectAndClose(upgrade);
        }
        assertThat(send(upgrade).status()).isEqualTo(429);
    }

    @Test
    void handshake_refused_at_the_connection_limit_holds_no_slot() {
        Upgrade upgrade = validUpgrade();
        List<RawPeer> inside = new ArrayList<>();
        for (int i = 0; i < PER_ADDRESS; i++) {
            RawPeer peer = peer();
            upgrade.withToken(node.token("full-" + i)).from(peer);
            inside.add(peer);
        }
        for (int i = 0; i < 5; i++) {
            assertThat(send(upgrade.withToken(node.token("late"))).status()).isEqualTo(429);
        }
        inside.forEach(HandshakeChecksIT::closeAndAwait);
        for (int i = 0; i < PER_ADDRESS; i++) {
            assertThat(send(upgrade.withToken(node.token("fresh-" + i))).status())
                    .isEqualTo(101);
        }
    }

    @Test
    void malformed_upgrade_holds_no_slot() {
        Upgrade upgrade = validUpgrade();
        for (int i = 0; i < PER_ADDRESS + 2; i++) {
            RawPeer peer = peer();
            Reply reply = peer.request("GET /ws HTTP/1.1\r\nHost: x\r\n"
                    + String.join("\r\n", upgrade.withToken(node.token("plain")).lines()) + "\r\n\r\n");
            assertThat(reply.status()).as("refused as no upgrade").isBetween(400, 426);
            peer.close();
        }
        for (int i = 0; i < PER_ADDRESS; i++) {
            assertThat(send(upgrade.withToken(node.token("fresh"))).status()).isEqualTo(101);
        }
    }

    /** A handshake that passes every check, from a new address. */
    private static Upgrade validUpgrade() {
        return Upgrade.of(
                "X-Forwarded-Proto: https",
                "X-Forwarded-For: 203.0.113." + HOSTS.incrementAndGet(),
                "Origin: https://chat.example.com",
                "X-Edge: eu-1");
    }

    private Reply send(Upgrade upgrade) {
        return upgrade.from(peer());
    }

    /** Connects and closes, so that only the attempt counts. */
    private void connectAndClose(Upgrade upgrade) {
        RawPeer peer = peer();
        assertThat(upgrade.from(peer).status()).isEqualTo(101);
        closeAndAwait(peer);
    }

    /** Sends a close frame and returns when the server has closed the connection, which frees its slot. */
    private static void closeAndAwait(RawPeer peer) {
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
