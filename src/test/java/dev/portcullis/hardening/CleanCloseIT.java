package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client that breaks the protocol sees the end of the connection right behind the close frame, without a reset, whatever it
 * does itself (RFC 6455 section 7.1.7).
 */
class CleanCloseIT {
    private static final int LINGER_MS = 10_000;

    /** A busy machine takes a while, but the node that waits for its client takes all of the linger. */
    private static final int AT_ONCE_MS = LINGER_MS / 2;

    private static final int CHUNKS = 25;
    private static final byte[] CHUNK = new byte[4_096];

    private static TestNode node;

    @BeforeAll
    static void open() {
        node = TestNode.generous(
                "sessions.max=1000", "admin.apiKey=" + Gauges.KEY, "limits.closeLingerMs=" + LINGER_MS);
    }

    @AfterAll
    static void close() {
        node.close();
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                Arguments.of("reserved bit", 1002, bytes(0xC1, 0x80, 1, 2, 3, 4)),
                Arguments.of("reserved opcode", 1002, bytes(0x83, 0x80, 1, 2, 3, 4)),
                Arguments.of("unmasked", 1002, bytes(0x81, 0x02, '{', '}')),
                Arguments.of("fragmented control frame", 1002, bytes(0x09, 0x80, 1, 2, 3, 4)),
                Arguments.of("long control frame", 1002, bytes(0x89, 0xFE, 0, 126, 1, 2, 3, 4)),
                Arguments.of("continuation of nothing", 1002, bytes(0x80, 0x80, 1, 2, 3, 4)),
                Arguments.of("message within a message", 1002, bytes(0x01, 0x80, 1, 2, 3, 4, 0x81, 0x80, 1, 2, 3, 4)),
                Arguments.of("reserved close code", 1002, bytes(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xED)),
                Arguments.of("close code that no range has", 1002, bytes(0x88, 0x82, 0, 0, 0, 0, 0x13, 0x88)),
                Arguments.of("close of one byte", 1002, bytes(0x88, 0x81, 1, 2, 3, 4, 1)),
                Arguments.of("large frame", 1009, doing(peer -> peer.frame(0x81, new byte[70_000]))),
                Arguments.of("large message in fragments", 1009, doing(peer -> {
                    peer.frame(0x01, "x".repeat(40_000).getBytes(StandardCharsets.US_ASCII));
                    peer.frame(0x80, "x".repeat(40_000).getBytes(StandardCharsets.US_ASCII));
                })),
                Arguments.of("invalid UTF-8", 1007, doing(peer -> peer.frame(0x81, new byte[] {(byte) 0xFF}))),
                Arguments.of("binary frame", 1003, doing(peer -> peer.frame(0x82, new byte[1]))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void connection_ends_right_behind_the_close_frame_without_a_reset(
            String what, int code, Consumer<RawPeer> violation) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            RawPeer peer = enter(node, socket);
            violation.accept(peer);
            long sent = System.nanoTime();
            sendMore(peer);
            assertThat(peer.closeCode()).isEqualTo(code);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(millisSince(sent)).isLessThan(AT_ONCE_MS);
            sendMore(peer);
            assertThat(connections(node))
                    .as("what the client sends is still read")
                    .isEqualTo(1);
        }
        assertThat(Await.until(() -> connections(node) == 0, Duration.ofMillis(AT_ONCE_MS)))
                .as("ends when the client does")
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void connection_over_tls_ends_with_close_notify_right_behind_the_close_frame(String version) throws IOException {
        SelfSigned own = SelfSigned.any();
        try (TestNode secure = TestNode.generous(
                "admin.apiKey=" + Gauges.KEY,
                "tls.required=true",
                "tls.certificate=" + own.certificate(),
                "tls.key=" + own.key(),
                "limits.closeLingerMs=" + LINGER_MS)) {
            try (SSLSocket socket = (SSLSocket)
                    own.trusting().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), secure.port())) {
                socket.setEnabledProtocols(new String[] {version});
                RawPeer peer = enter(secure, socket);
                peer.write(new byte[] {(byte) 0x81, 0});
                long sent = System.nanoTime();
                assertThat(peer.closeCode()).isEqualTo(1002);
                assertThat(socket.getInputStream().read()).as("no truncation").isEqualTo(-1);
                assertThat(millisSince(sent)).isLessThan(AT_ONCE_MS);
            }
            assertThat(Await.until(() -> connections(secure) == 0, Duration.ofMillis(AT_ONCE_MS)))
                    .isTrue();
        }
    }

    @Test
    void client_that_never_ends_is_disconnected_after_the_linger() throws IOException {
        try (TestNode hasty = TestNode.generous("admin.apiKey=" + Gauges.KEY, "limits.closeLingerMs=500");
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), hasty.port())) {
            RawPeer peer = enter(hasty, socket);
            peer.write(new byte[] {(byte) 0x81, 0});
            assertThat(peer.closeCode()).isEqualTo(1002);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(Await.until(() -> connections(hasty) == 0)).isTrue();
        }
    }

    private static RawPeer enter(TestNode at, Socket socket) {
        RawPeer peer = RawPeer.over(socket);
        assertThat(Upgrade.of().withToken(at.token("peer")).from(peer).status()).isEqualTo(101);
        peer.next("auth_success");
        return peer;
    }

    private static void sendMore(RawPeer peer) {
        for (int i = 0; i < CHUNKS; i++) {
            peer.write(CHUNK);
        }
    }

    private static long millisSince(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    private static long connections(TestNode at) {
        return Gauges.scrape(at)
                .lines()
                .filter(line -> line.startsWith("portcullis_connections "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring("portcullis_connections ".length())))
                .sum();
    }

    private static Consumer<RawPeer> doing(Consumer<RawPeer> violation) {
        return violation;
    }

    private static Consumer<RawPeer> bytes(int... values) {
        byte[] sent = new byte[values.length];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) values[i];
        }
        return peer -> peer.write(sent);
    }
}
