package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.ScriptedEdge;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Frame;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final HeartbeatConfig OFTEN = new HeartbeatConfig(100, 60_000, 60_000);
    private static final long NOTICE_MS = 60_000;
    private static final int PING = 0x9;
    private static final int PONG = 0x8A;
    private static final int MAX_PINGS = 300;

    /** Otherwise all idle clients are closed without a ping after a failover to a Redis whose clock is behind. */
    @Test
    void idle_client_is_pinged_when_the_clock_is_set_back() throws Exception {
        AtomicLong clock = new AtomicLong(1_700_000_000_000L);
        ScriptedEdge edge = new ScriptedEdge();
        try (JdkPeer peer = edge.enter()) {
            assertThat(Await.until(() -> lastReceived(edge).length == 1)).isTrue();
            long began = System.nanoTime();
            edge.onLoop(() -> {
                new Heartbeat(OFTEN, NOTICE_MS, 0, new TimerWheel(edge.vertx), () -> clock.getAndAdd(-3_600_000))
                        .begin(edge.open.get(0));
                return true;
            });
            assertThat(Await.until(() -> lastReceived(edge)[0] - began > TimeUnit.MILLISECONDS.toNanos(500)))
                    .as("it still answers pings")
                    .isTrue();
            assertThat(peer.isOpen()).isTrue();
        } finally {
            edge.close();
        }
    }

    /** Else one that leaves and returns on the same transport, faster than the checks, is never pinged. */
    @Test
    void client_whose_ping_is_due_is_pinged_when_its_checks_begin() throws Exception {
        ScriptedEdge edge = new ScriptedEdge();
        try (JdkPeer peer = edge.enter()) {
            Heartbeat heartbeat = new Heartbeat(OFTEN, NOTICE_MS, 0, new TimerWheel(edge.vertx), () -> 0);
            assertThat(Await.until(() -> sincePing(edge, connection -> {}) >= OFTEN.intervalMs()))
                    .isTrue();
            assertThat(sincePing(edge, heartbeat::begin)).isLessThan(OFTEN.intervalMs());
            assertThat(peer.isOpen()).isTrue();
        } finally {
            edge.close();
        }
    }

    /** Milliseconds, in the same turn as {@code first}. */
    private static long sincePing(ScriptedEdge edge, Consumer<Connection> first) {
        return edge.onLoop(() -> {
            Connection connection = edge.open.get(0);
            long began = System.nanoTime();
            first.accept(connection);
            return TimeUnit.NANOSECONDS.toMillis(connection.transport().sincePing(began));
        });
    }

    /**
     * Its pongs keep the connection alive, and the unfinished message would hold memory for as long as the client
     * likes.
     */
    @Test
    void client_that_never_ends_a_message_is_closed_although_it_answers_pings() throws Exception {
        ScriptedEdge edge = new ScriptedEdge();
        try (RawPeer peer = edge.slow()) {
            peer.frame(0x01, new byte[] {'{'}); // text, and more is to follow
            assertThat(Await.until(() -> edge.memory.used() > 0)).isTrue();
            edge.onLoop(() -> {
                new Heartbeat(
                                new HeartbeatConfig(100, 60_000, 1_000),
                                NOTICE_MS,
                                0,
                                new TimerWheel(edge.vertx),
                                () -> 0)
                        .begin(edge.open.get(0));
                return true;
            });
            Frame received = peer.read();
            for (int pings = 0; received.opcode() == PING && pings < MAX_PINGS; pings++) {
                peer.frame(PONG, new byte[0]);
                received = peer.read();
            }
            assertThat(received.closeCode()).isEqualTo(4000);
        } finally {
            edge.close();
        }
    }

    /** It holds a place of the few for clients without a session, which would be lost to others for as long as the step. */
    @Test
    void client_without_a_session_is_closed_in_time_when_the_clock_is_set_back() throws Exception {
        AtomicLong clock = new AtomicLong(1_700_000_000_000L);
        ScriptedEdge edge = new ScriptedEdge();
        try (JdkPeer peer = edge.connectAnonymous()) {
            edge.onLoop(() -> {
                Connection connection = edge.open.get(0);
                connection.acceptFrames(
                        (from, utf8) -> Future.succeededFuture(FrameOutcome.None.NONE),
                        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200));
                new Heartbeat(OFTEN, NOTICE_MS, 0, new TimerWheel(edge.vertx), () -> clock.getAndAdd(-3_600_000))
                        .begin(connection);
                return true;
            });
            assertThat(peer.ended()).isEqualTo(4001);
        } finally {
            edge.close();
        }
    }

    /** The opening of a session may take longer than its token is still valid. */
    @Test
    void session_whose_token_expired_before_it_was_attached_is_closed_with_4007() throws Exception {
        ScriptedEdge edge = new ScriptedEdge();
        try (JdkPeer peer = edge.connectAnonymous()) {
            edge.onLoop(() -> {
                Connection connection = edge.open.get(0);
                connection.acceptFrames((from, utf8) -> Future.succeededFuture(FrameOutcome.None.NONE), 1);
                new Heartbeat(OFTEN, NOTICE_MS, 0, new TimerWheel(edge.vertx), () -> 2).begin(connection);
                connection.attach(
                        new ConnectionSession.Registration(ScriptedEdge.session("ann", 1), System.nanoTime()),
                        (from, utf8) -> Future.succeededFuture(FrameOutcome.None.NONE),
                        65_536);
                return true;
            });
            assertThat(peer.ended()).isEqualTo(4007);
        } finally {
            edge.close();
        }
    }

    private static long[] lastReceived(ScriptedEdge edge) {
        return edge.onLoop(() -> {
            long now = System.nanoTime();
            return edge.open.stream()
                    .mapToLong(each -> now - each.transport().silentFor(now))
                    .toArray();
        });
    }
}
