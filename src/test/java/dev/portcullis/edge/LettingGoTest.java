package dev.portcullis.edge;

import static dev.portcullis.edge.ScriptedEdge.SOCKET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.socket.SocketConfig;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.protocol.CloseCode;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** Else those who open and close connections fill the heap with what is gone, though few are open at any time. */
class LettingGoTest {
    private static final int PEERS = 10;
    private static final long MINUTES = 600_000;
    private static final long BRIEF = 100;

    /** One of each for a connection. */
    private static final Set<String> PARTS = Set.of(
            "dev.portcullis.edge.connection.Connection",
            "dev.portcullis.edge.socket.ChatSocket",
            "dev.portcullis.edge.tcp.HttpChannel",
            "dev.portcullis.edge.socket.InboundBacklog",
            "dev.portcullis.edge.socket.Outbox",
            "dev.portcullis.edge.tcp.RequestDecoder",
            "dev.portcullis.edge.socket.ActivityHandler");

    @Test
    void no_look_that_is_due_in_a_minute_keeps_a_nameless_connection_that_has_ended() throws Exception {
        nodeKeepsNothing((node, number) ->
                JdkPeer.open(URI.create("ws://127.0.0.1:" + node.port() + "/ws"), List.of("portcullis.v1"), Map.of()));
    }

    @Test
    void no_look_that_is_due_in_minutes_keeps_the_connection_of_a_session_that_has_ended() throws Exception {
        nodeKeepsNothing((node, number) -> {
            JdkPeer peer = node.enter("user-" + number);
            peer.send("{\"type\":\"join\",\"roomId\":\"lobby\"}");
            peer.next("joined");
            return peer;
        });
    }

    /** 40 KB of each session, which no bound counted. */
    @Test
    void a_session_keeps_no_header_of_its_handshake() throws Exception {
        Set<String> header = Set.of("io.vertx.core.http.impl.headers.HeadersMultiMap$MapEntry");
        Map<String, String> many = IntStream.range(0, 40)
                .boxed()
                .collect(Collectors.toMap(number -> "X-Header-" + number, number -> "y".repeat(100)));
        GatedNode node = new GatedNode();
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
    void a_close_that_nobody_answers_keeps_no_connection_that_was_cut() throws Exception {
        timersKeepNothing(connection -> connection.close(CloseCode.REVOKED));
    }

    @Test
    void the_time_that_a_slow_reader_has_keeps_no_connection_that_was_cut() throws Exception {
        timersKeepNothing(connection -> {
            sendMuch(connection);
            assertThat(connection.socket().waitingBytes()).isGreaterThan(SOCKET.outboxBytes());
        });
    }

    /** Vert.x begins a time of its own for the answer once the close frame, which was never sent, has failed. */
    @Test
    void a_close_that_waited_behind_what_nobody_read_keeps_no_connection_that_was_cut() throws Exception {
        ScriptedEdge edge = new ScriptedEdge(1 << 30, patient(BRIEF));
        RawPeer peer = edge.slow();
        try {
            WeakReference<Connection> kept = edge.onLoop(() -> {
                Connection connection = edge.open.get(0);
                edge.everOpened.clear(); // the test's own memory of it
                sendMuch(connection);
                connection.close(CloseCode.REVOKED);
                return new WeakReference<>(connection);
            });
            assertThat(Await.until(() -> count(edge) == 0)).isTrue();
            assertGone(kept);
        } finally {
            peer.close();
            edge.close();
        }
    }

    private static void nodeKeepsNothing(BiFunction<GatedNode, Integer, JdkPeer> entry) throws Exception {
        GatedNode node = new GatedNode(
                "heartbeat.intervalMs=" + MINUTES,
                "heartbeat.timeoutMs=" + 2 * MINUTES,
                "heartbeat.messageMs=" + MINUTES,
                "auth.messageTimeoutMs=60000");
        try {
            long before = parts();
            List<JdkPeer> peers = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                peers.add(entry.apply(node, i));
            }
            assertThat(Await.until(() -> node.connectionLimiter.size() == PEERS))
                    .isTrue();
            assertThat(Await.until(() -> parts() >= (long) PEERS * PARTS.size()))
                    .as("a peer hears of its upgrade before the last part is made")
                    .isTrue();
            peers.forEach(JdkPeer::cut);
            assertThat(Await.until(() -> node.connectionLimiter.size() == 0)).isTrue();
            assertThat(Await.until(() -> parts() <= before)).isTrue();
        } finally {
            node.close();
        }
    }

    private static void timersKeepNothing(Consumer<Connection> begin) throws Exception {
        ScriptedEdge edge = new ScriptedEdge(1 << 30, patient(MINUTES));
        try {
            WeakReference<Connection> kept = cut(edge, begin);
            assertGone(kept);
        } finally {
            edge.close();
        }
    }

    /** More than the system takes of a connection. */
    private static void sendMuch(Connection connection) {
        byte[] much = "x".repeat(60_000).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 60; i++) {
            connection.socket().send(much);
        }
    }

    private static void assertGone(WeakReference<Connection> kept) {
        assertThat(Await.until(() -> {
                    System.gc();
                    return kept.refersTo(null);
                }))
                .isTrue();
    }

    private static WeakReference<Connection> cut(ScriptedEdge edge, Consumer<Connection> begin) throws Exception {
        RawPeer peer = edge.slow();
        try {
            assertThat(Await.until(() -> count(edge) == 1)).isTrue();
            return edge.onLoop(() -> {
                Connection connection = edge.open.get(0);
                edge.everOpened.clear(); // the test's own memory of it
                begin.accept(connection);
                return new WeakReference<>(connection);
            });
        } finally {
            peer.close();
        }
    }

    /** Far beyond what a node can be told to wait, so that none of it passes within a test. */
    private static SocketConfig patient(long closeLingerMs) {
        return new SocketConfig(
                SOCKET.frameBytes(),
                SOCKET.authFrameBytes(),
                SOCKET.fragments(),
                SOCKET.controlFrames(),
                SOCKET.outboxBytes(),
                SOCKET.outboxFrames(),
                MINUTES,
                SOCKET.sendBufferBytes(),
                SOCKET.queuedFrames(),
                SOCKET.queuedBytes(),
                closeLingerMs,
                SOCKET.closeLingerBytes(),
                SOCKET.bufferedBytes());
    }

    private static int count(ScriptedEdge edge) {
        try {
            return edge.onLoop(edge.open::size);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    /** How many there are in the heap that something holds. */
    private static long parts() {
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
        } catch (JMException broken) {
            throw new AssertionError(broken);
        }
    }
}
