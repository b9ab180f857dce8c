package dev.portcullis.edge;

import static dev.portcullis.edge.ScriptedEdge.SOCKET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.codec.ServerFrame;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** Connections that open and close must not fill the heap with closed ones while few are open. */
class ClosedConnectionRetentionTest {
    private static final int PEERS = 10;
    private static final long MINUTES = 600_000;
    private static final long BRIEF = 100;

    /** Each connection has one instance of each. */
    private static final Set<String> PARTS = Set.of(
            "dev.portcullis.edge.connection.Connection",
            "dev.portcullis.edge.socket.ChatSocket",
            "dev.portcullis.edge.tcp.HttpChannel",
            "dev.portcullis.edge.socket.InboundBacklog",
            "dev.portcullis.edge.socket.Outbox",
            "dev.portcullis.edge.tcp.RequestDecoder",
            "dev.portcullis.edge.socket.FrameFeeder");

    private static final int CLOSE = 0x88;

    @Test
    void pending_timer_does_not_retain_a_closed_anonymous_connection() throws Exception {
        assertNodeRetainsNothing((node, number) ->
                JdkPeer.open(URI.create("ws://127.0.0.1:" + node.port() + "/ws"), List.of("portcullis.v1"), Map.of()));
    }

    @Test
    void pending_timer_does_not_retain_a_closed_authenticated_connection() throws Exception {
        assertNodeRetainsNothing((node, number) -> {
            JdkPeer peer = node.enter("user-" + number);
            peer.send("{\"type\":\"join\",\"roomId\":\"lobby\"}");
            peer.next("joined");
            return peer;
        });
    }

    /** The headers would use 40 KB for each session, which no limit counts. */
    @Test
    void session_does_not_retain_its_handshake_headers() throws Exception {
        Set<String> header = Set.of("io.vertx.core.http.impl.headers.HeadersMultiMap$MapEntry");
        Map<String, String> many = IntStream.range(0, 40)
                .boxed()
                .collect(Collectors.toMap(number -> "X-Header-" + number, number -> "y".repeat(100)));
        GatedNode node = new GatedNode("auth.messageTimeoutMs=60000");
        List<JdkPeer> peers = new ArrayList<>();
        try {
            long before = live(header);
            for (int i = 0; i < PEERS; i++) {
                peers.add(JdkPeer.open(
                        URI.create("ws://127.0.0.1:" + node.port() + "/ws"), List.of("portcullis.v1"), many));
            }
            assertThat(Await.until(() -> live(header) < before + 20L * PEERS)).isTrue();
            assertThat(node.connectionLimiter.size()).isEqualTo(PEERS);
        } finally {
            peers.forEach(JdkPeer::cut);
            node.close();
        }
    }

    @Test
    void close_timer_does_not_retain_an_aborted_connection() throws Exception {
        assertTimersRetainNothing(connection -> connection.close(CloseCode.REVOKED));
    }

    /** Our answer ends the connection before the timer for it could begin. */
    @Test
    void close_timer_does_not_retain_a_connection_that_its_client_closed() throws Exception {
        ScriptedEdge edge = new ScriptedEdge(1 << 30, patient(MINUTES));
        RawPeer peer = edge.slow();
        try {
            WeakReference<Connection> reference = after(edge, untouched -> {});
            peer.frame(CLOSE, new byte[] {0x03, (byte) 0xE8});
            assertThat(peer.closeCode()).isEqualTo(1_000);
            assertThat(Await.until(() -> count(edge) == 0)).isTrue();
            assertCollected(reference);
        } finally {
            peer.close();
            edge.close();
        }
    }

    @Test
    void slow_reader_timer_does_not_retain_an_aborted_connection() throws Exception {
        assertTimersRetainNothing(connection -> {
            fillSocket(connection);
            assertThat(connection.transport().waitingBytes()).isGreaterThan(SOCKET.outboxBytes());
        });
    }

    /** Vert.x starts its own close timer once the close frame, which was never sent, has failed. */
    @Test
    void unsent_close_frame_does_not_retain_an_aborted_connection() throws Exception {
        ScriptedEdge edge = new ScriptedEdge(1 << 30, patient(BRIEF));
        RawPeer peer = edge.slow();
        try {
            WeakReference<Connection> reference = after(edge, connection -> {
                fillSocket(connection);
                connection.close(CloseCode.REVOKED);
            });
            assertThat(Await.until(() -> count(edge) == 0)).isTrue();
            assertCollected(reference);
        } finally {
            peer.close();
            edge.close();
        }
    }

    private static void assertNodeRetainsNothing(BiFunction<GatedNode, Integer, JdkPeer> entry) throws Exception {
        GatedNode node = new GatedNode(
                "heartbeat.intervalMs=" + MINUTES,
                "heartbeat.timeoutMs=" + 2 * MINUTES,
                "heartbeat.messageMs=" + MINUTES,
                "auth.messageTimeoutMs=60000");
        try {
            long before = liveParts();
            List<JdkPeer> peers = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                peers.add(entry.apply(node, i));
            }
            assertThat(Await.until(() -> node.connectionLimiter.size() == PEERS))
                    .isTrue();
            assertThat(Await.until(() -> liveParts() >= (long) PEERS * PARTS.size()))
                    .as("live parts; a client sees its upgrade before the last part exists")
                    .isTrue();
            peers.forEach(JdkPeer::cut);
            assertThat(Await.until(() -> node.connectionLimiter.size() == 0)).isTrue();
            assertThat(Await.until(() -> liveParts() <= before)).isTrue();
        } finally {
            node.close();
        }
    }

    private static void assertTimersRetainNothing(Consumer<Connection> begin) throws Exception {
        ScriptedEdge edge = new ScriptedEdge(1 << 30, patient(MINUTES));
        try {
            WeakReference<Connection> reference = cut(edge, begin);
            assertCollected(reference);
        } finally {
            edge.close();
        }
    }

    /** Sends more than the kernel takes of a connection. */
    private static void fillSocket(Connection connection) {
        ServerFrame large = new ServerFrame.Pong(Optional.of("x".repeat(60_000)), 0);
        for (int i = 0; i < 60; i++) {
            connection.send(large);
        }
    }

    private static void assertCollected(WeakReference<Connection> reference) {
        assertThat(Await.until(() -> {
                    System.gc();
                    return reference.refersTo(null);
                }))
                .isTrue();
    }

    private static WeakReference<Connection> cut(ScriptedEdge edge, Consumer<Connection> begin) throws Exception {
        RawPeer peer = edge.slow();
        try {
            assertThat(Await.until(() -> count(edge) == 1)).isTrue();
            return after(edge, begin);
        } finally {
            peer.close();
        }
    }

    /** The only connection, to which nothing of the test refers any more. */
    private static WeakReference<Connection> after(ScriptedEdge edge, Consumer<Connection> step) {
        return edge.onLoop(() -> {
            Connection connection = edge.open.get(0);
            edge.everOpened.clear();
            step.accept(connection);
            return new WeakReference<>(connection);
        });
    }

    /** Timeouts far longer than a test, so that none passes within it. */
    private static SocketConfig patient(long closeLingerMs) {
        return new SocketConfig(
                SOCKET.frameBytes(),
                SOCKET.authFrameBytes(),
                SOCKET.fragments(),
                SOCKET.controlFrames(),
                SOCKET.outboxBytes(),
                SOCKET.outboxFrames(),
                MINUTES,
                SOCKET.queuedFrames(),
                SOCKET.queuedBytes(),
                closeLingerMs,
                SOCKET.bufferedBytes());
    }

    private static int count(ScriptedEdge edge) {
        return edge.onLoop(edge.open::size);
    }

    /** The number of reachable instances. */
    private static long liveParts() {
        return live(PARTS);
    }

    private static long live(Set<String> names) {
        try {
            String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()});
            return histogram
                    .lines()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(columns -> columns.length > 3 && names.contains(columns[3]))
                    .mapToLong(columns -> Long.parseLong(columns[1]))
                    .sum();
        } catch (JMException failure) {
            throw new AssertionError(failure);
        }
    }
}
