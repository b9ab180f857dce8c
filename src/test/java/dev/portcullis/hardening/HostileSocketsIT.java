package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.SelfSigned;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets that cost their owner little and would cost the node much. The page about testing lists all such tests. */
class HostileSocketsIT {
    private static final String API_KEY = "admin.apiKey=" + Gauges.KEY;
    private static final String OTHER_ADDRESS = "127.0.0.2";
    private static final Pattern BUFFERED = Pattern.compile("(?m)^portcullis_buffered_bytes (\\S+)$");

    private final List<RawPeer> peers = new ArrayList<>();

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    /** The first bytes of a frame of 60,000 bytes, and of a message whose fragments have one byte each. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void message_that_arrives_a_byte_at_a_time_is_closed_4000(boolean inOneFrame) {
        try (TestNode node =
                TestNode.generous("heartbeat.messageMs=1000", "heartbeat.intervalMs=300", "limits.fragments=10000")) {
            RawPeer peer = member(node, "ann");
            peer.write(
                    inOneFrame
                            ? new byte[] {(byte) 0x81, (byte) 0xFE, (byte) 0xEA, 0x60, 1, 2, 3, 4}
                            : new byte[] {0x01, (byte) 0x81, 0, 0, 0, 0, 'x'});
            byte[] next = inOneFrame ? new byte[] {'x'} : new byte[] {0x00, (byte) 0x81, 0, 0, 0, 0, 'x'};
            CompletableFuture<Integer> code = CompletableFuture.supplyAsync(peer::closeCode);
            assertThat(Await.until(() -> {
                        drip(peer, next);
                        return code.isDone();
                    }))
                    .isTrue();
            assertThat(code.join()).isEqualTo(4000);
        }
    }

    @Test
    void flood_of_one_byte_frames_is_closed_1008_and_waits_outside() {
        try (TestNode node = TestNode.start(API_KEY, "limits.connectionsPerIp=1000")) {
            RawPeer member = member(node, "member");
            byte[] flood = repeated(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'}, 20_000);
            List<CompletableFuture<Integer>> codes = new ArrayList<>();
            List<CompletableFuture<Void>> sent = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                RawPeer peer = member(node, "flood" + i);
                codes.add(CompletableFuture.supplyAsync(peer::closeCode));
                sent.add(CompletableFuture.runAsync(() -> drip(peer, flood)));
            }
            BooleanSupplier ended = () -> codes.stream().allMatch(CompletableFuture::isDone);
            double most = 0;
            while (!ended.getAsBoolean()) {
                most = Math.max(most, buffered(node));
                member.text("{\"type\":\"ping\",\"id\":\"p\"}");
                assertThat(member.next("pong").getString("id")).isEqualTo("p");
                Await.until(ended, Duration.ofMillis(1_100)); // more than 60 pings a minute are refused
            }
            sent.forEach(CompletableFuture::join);
            assertThat(codes).allSatisfy(code -> assertThat(code.join()).isEqualTo(1008));
            assertThat(most).as("bytes that wait in the node").isLessThan(10 * 2 * 131_072);
        }
    }

    @Test
    void thousand_idle_connections_of_an_address_hold_its_share_and_no_other_address_waits() {
        try (TestNode node = TestNode.start(API_KEY, "limits.pendingConnectionsPerIp=100", "http.handshakeMs=10000")) {
            boolean full = false; // on a busy machine the first ones end while the last ones come
            for (int i = 1; i <= 1_000; i++) {
                peers.add(RawPeer.to(node.port()));
                full |= i % 100 == 0 && pending(node) == 100;
            }
            assertThat(full || Await.until(() -> pending(node) == 100)).isTrue();
            try (RawPeer other = from(OTHER_ADDRESS, node)) {
                assertThat(Upgrade.of().withToken(node.token("ann")).from(other).status())
                        .isEqualTo(101);
            }
            assertThat(Await.until(() -> pending(node) == 0))
                    .as("closed at the deadline")
                    .isTrue();
        }
    }

    @Test
    void tls_handshakes_that_stop_half_way_are_bounded_and_end_at_the_deadline(@TempDir Path folder) throws Exception {
        SelfSigned own = SelfSigned.in(folder);
        try (TestNode node = TestNode.start(
                API_KEY,
                "tls.required=true",
                "tls.certificate=" + own.certificate(),
                "tls.key=" + own.key(),
                "limits.pendingConnectionsPerIp=50",
                "http.handshakeMs=10000")) {
            byte[] hello = clientHello(own.trusting());
            for (int i = 0; i < 300; i++) {
                RawPeer peer = RawPeer.to(node.port());
                peers.add(peer);
                drip(peer, hello);
            }
            assertThat(pending(node)).isLessThanOrEqualTo(50);
            SSLSocket socket = (SSLSocket) own.trusting()
                    .getSocketFactory()
                    .createSocket(bound(OTHER_ADDRESS, node), "127.0.0.1", node.port(), true);
            try (RawPeer honest = RawPeer.over(socket)) {
                assertThat(Upgrade.of()
                                .withToken(node.token("ann"))
                                .from(honest)
                                .status())
                        .isEqualTo(101);
            }
            assertThat(Await.until(() -> pending(node) == 0)).isTrue();
        }
    }

    @Test
    void flood_of_upgrades_gets_as_many_as_are_configured_and_leaves_nothing() {
        try (TestNode node = TestNode.start(API_KEY, "http.requestsPerMinute=100000")) {
            int upgraded = 0;
            for (int i = 0; i < 300; i++) {
                try (RawPeer peer = RawPeer.to(node.port())) {
                    upgraded += Upgrade.of().from(peer).status() == 101 ? 1 : 0;
                }
            }
            assertThat(upgraded).isEqualTo(10);
            assertThat(Await.until(() -> {
                        Gauges gauges = Gauges.of(node);
                        return !gauges.values().containsKey("portcullis_connection_slots")
                                && !gauges.values().containsKey("portcullis_pending_connections");
                    }))
                    .isTrue();
        }
    }

    /** It reads on, and would hold its place for as long as it likes. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void peer_that_ends_its_half_of_the_connection_holds_nothing(boolean upgraded) throws IOException {
        try (TestNode node = TestNode.generous(
                API_KEY, "http.handshakeMs=60000", "heartbeat.intervalMs=60000", "heartbeat.timeoutMs=180000")) {
            Socket socket = bound("127.0.0.1", node);
            RawPeer peer = RawPeer.over(socket);
            peers.add(peer);
            if (upgraded) {
                assertThat(Upgrade.of().withToken(node.token("ann")).from(peer).status())
                        .isEqualTo(101);
                peer.next("auth_success");
                assertThat(held(node)).isTrue();
            } else {
                drip(peer, "GET /ws HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII));
                assertThat(Await.until(() -> held(node))).isTrue();
            }
            socket.shutdownOutput();
            assertThat(Await.until(() -> !held(node))).isTrue();
        }
    }

    private static boolean held(TestNode node) {
        Set<String> names = Gauges.of(node).values().keySet();
        return names.contains("portcullis_connection_slots") || names.contains("portcullis_pending_connections");
    }

    private static byte[] clientHello(SSLContext context) throws GeneralSecurityException, IOException {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    private static byte[] repeated(byte[] frame, int times) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.writeBytes(frame);
        }
        return all.toByteArray();
    }

    /** The node may have closed the connection. */
    private static void drip(RawPeer peer, byte[] bytes) {
        try {
            peer.write(bytes);
        } catch (UncheckedIOException closed) {
            assertThat(closed).hasCauseInstanceOf(IOException.class);
        }
    }

    private static double pending(TestNode node) {
        return Gauges.of(node).values().getOrDefault("portcullis_pending_connections", 0.0);
    }

    private static double buffered(TestNode node) {
        Matcher line = BUFFERED.matcher(Gauges.scrape(node));
        assertThat(line.find()).isTrue();
        return Double.parseDouble(line.group(1));
    }

    private RawPeer member(TestNode node, String user) {
        RawPeer peer = RawPeer.to(node.port());
        peers.add(peer);
        assertThat(Upgrade.of().withToken(node.token(user)).from(peer).status()).isEqualTo(101);
        peer.next("auth_success");
        return peer;
    }

    private static RawPeer from(String address, TestNode node) {
        return RawPeer.over(bound(address, node));
    }

    private static Socket bound(String address, TestNode node) {
        try {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()));
            return socket;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }
}
