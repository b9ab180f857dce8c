package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pipelined requests: each TCP connection has at most one upgrade, and no slot leaks however the bytes are split. */
class PipelinedUpgradesIT {
    private static final int PER_ADDRESS = 8;
    private static final String PLAIN = "GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n\r\n";

    private static TestNode node;

    /** The gauges before the first connection. After a test some of its connections may still be closing. */
    private static Gauges idle;

    private final List<RawPeer> peers = new ArrayList<>();

    @BeforeAll
    static void open() {
        node = TestNode.generous("limits.connectionsPerIp=" + PER_ADDRESS, "admin.apiKey=" + Gauges.KEY);
        idle = Gauges.of(node);
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
    void upgrade_with_another_behind_it_is_refused_and_holds_no_slot() {
        for (int i = 0; i <= PER_ADDRESS; i++) {
            RawPeer peer = peer();
            Reply reply = peer.request(upgrade(node.token("twice-" + i)) + upgrade(node.token("twice-" + i)));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(peer.rest()).as("answers to later requests").isEmpty();
        }
        assertThat(peer().upgrade().status())
                .as("the address may connect again")
                .isEqualTo(101);
        part();
        assertThat(Await.until(() -> Gauges.of(node).equals(idle), Duration.ofSeconds(30)))
                .isTrue();
    }

    @Test
    void request_behind_a_refused_upgrade_is_not_served() {
        RawPeer peer = peer();
        Reply reply = peer.request(upgrade("x").replace("Version: 13", "Version: 12") + PLAIN);
        assertThat(reply.status()).isBetween(400, 426);
        assertThat(peer.rest()).isEmpty();
    }

    @Test
    void request_behind_a_plain_one_is_answered_after_it() {
        RawPeer peer = peer();
        assertThat(peer.request(PLAIN + PLAIN + upgrade(node.token("third"))).status())
                .isEqualTo(200);
        assertThat(peer.request("").status()).isEqualTo(200);
        assertThat(peer.request("").status()).isEqualTo(101);
        peer.next("auth_success");
    }

    @Test
    void frame_sent_before_the_upgrade_is_answered_makes_it_malformed() {
        RawPeer peer = peer();
        String frame = new String(new byte[] {(byte) 0x89, (byte) 0x80, 1, 2, 3, 4}, StandardCharsets.ISO_8859_1);
        assertThat(peer.request(upgrade(node.token("eager")) + frame).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\n\r\nhello",
                "Content-Length: 5\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n",
                "Host: y\r\n\r\n"
            })
    void upgrade_with_a_body_or_a_second_host_is_malformed(String rest) {
        RawPeer peer = peer();
        String head = upgrade(node.token("body"));
        Reply reply = peer.request(head.substring(0, head.length() - 2) + rest);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).isEqualTo("Malformed upgrade request");
        assertThat(peer.isCutOff()).isTrue();
        peer.close();
        assertThat(Await.until(() -> Gauges.of(node).equals(idle), Duration.ofSeconds(30)))
                .as("no request stays active")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c2hvcnQ=",
                "dGhlIHNhbXBsZSBub25jZQ",
                "dGhlIHNhbXBsZSBub25jZSE=",
                "not base64 at all, 24 ch",
                "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                ""
            })
    void key_that_is_not_sixteen_bytes_is_malformed(String key) {
        String request = upgrade(node.token("key")).replace("dGhlIHNhbXBsZSBub25jZQ==", key);
        assertThat(peer().request(request).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: a b\r\n", "Host:\r\n", "Host: x\r\nHost: x\r\n", "Host: x/y\r\n"})
    void request_without_one_valid_host_is_refused(String host) {
        RawPeer peer = peer();
        assertThat(peer.request(upgrade(node.token("host")).replace("Host: x\r\n", host))
                        .status())
                .isEqualTo(400);
        RawPeer plain = peer();
        assertThat(plain.request(PLAIN.replace("Host: x\r\n", host)).status()).isEqualTo(400);
        assertThat(plain.isCutOff()).isTrue();
    }

    @Test
    void header_lines_beyond_the_bound_are_refused() {
        assertThat(peer().request("GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n" + "a:\r\n".repeat(63) + "\r\n")
                        .status())
                .isEqualTo(200);
        RawPeer peer = peer();
        assertThat(peer.request("GET /schemas/ping.json HTTP/1.1\r\nHost: x\r\n" + "a:\r\n".repeat(64))
                        .status())
                .as("answered before the headers end")
                .isEqualTo(431);
        assertThat(peer.isCutOff()).isTrue();
    }

    @Test
    void random_pipelines_leave_every_gauge_where_it_was() throws Exception {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        System.out.println("portcullis.seed=" + seed);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                RandomPipelines random = new RandomPipelines(node, new Random(seed + i));
                all.add(threads.submit(() -> random.send(100)));
            }
            for (Future<?> each : all) {
                each.get(120, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(Await.until(() -> Gauges.of(node).equals(idle), Duration.ofSeconds(60)))
                .as("%s%nbefore%n%s", Gauges.of(node), idle)
                .isTrue();
        assertThat(peer().upgrade().status()).isEqualTo(101);
    }

    @Test
    void peer_that_disconnects_during_its_handshake_holds_nothing() throws Exception {
        for (int i = 0; i < 4 * PER_ADDRESS; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
                socket.setSoLinger(true, 0); // a reset
                socket.getOutputStream().write(upgrade(node.token("gone-" + i)).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(Await.until(() -> Gauges.of(node).equals(idle), Duration.ofSeconds(30)))
                .as("%s%nbefore%n%s", Gauges.of(node), idle)
                .isTrue();
    }

    private static String upgrade(String token) {
        return RandomPipelines.upgrade("Sec-WebSocket-Protocol: portcullis.v1, bearer." + token + "\r\n");
    }

    private RawPeer peer() {
        RawPeer peer = RawPeer.to(node.port());
        peers.add(peer);
        return peer;
    }
}
