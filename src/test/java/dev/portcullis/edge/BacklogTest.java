package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.socket.SharedFrame;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Frame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.Target;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What waits for a reader because the node was late is not held against the reader, and is never more than may be. */
class BacklogTest {
    private static final int BUDGET = 1 << 20;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    /** More than the sockets of both sides take. */
    private static final long REPLAYED = 16 << 20;

    /** Twice what both kernels hold of one connection where the bound is 128 KB: without it they hold 2.8 MB. */
    private static final long SOON = 512 << 10;

    /** Longer than a close lingers. */
    private static final Duration A_LINGER = Duration.ofSeconds(60);

    private static final Duration A_LONG_TURN = Duration.ofMillis(50);
    private static final int MESSAGE = 10_000;
    private static final int MANY = (int) REPLAYED / MESSAGE;

    private ScriptedEdge edge;

    @BeforeEach
    void open() throws Exception {
        edge = new ScriptedEdge();
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    @Test
    void deliveries_that_piled_up_on_a_busy_loop_reach_a_peer_that_reads() throws Exception {
        int deliveries = 3_000; // of 2 KB: more than the kernel takes at once, and three times the bound
        try (JdkPeer peer = edge.enter()) {
            Connection connection = connection(0);
            edge.onLoop(() -> {
                Context loop = Vertx.currentContext();
                for (int i = 0; i < deliveries; i++) {
                    String text = "{\"n\":" + i + ",\"x\":\"" + "x".repeat(2_000) + "\"}";
                    loop.runOnContext(any -> share(connection, text));
                }
                return null;
            });
            for (int i = 0; i < deliveries; i++) {
                assertThat(peer.next().getInteger("n")).isEqualTo(i);
            }
            assertThat(peer.isOpen()).isTrue();
            assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
        }
    }

    @Test
    void frame_that_waits_for_many_is_counted_once_and_an_entry_for_each() throws Exception {
        try (RawPeer first = edge.slow();
                RawPeer second = edge.slow()) {
            assertThat(first).isNotSameAs(second);
            Connection one = connection(0);
            Connection other = connection(1);
            String text = "x".repeat(65_000);
            long more = edge.onLoop(
                    () -> { // in one turn: between two the system may take more of what waits
                        fillHere(one, text);
                        fillHere(other, text);
                        long before = edge.memory.used();
                        SharedFrame frame = frame(text);
                        one.share(frame);
                        other.share(frame);
                        frame.release();
                        return edge.memory.used() - before;
                    });
            assertThat(more).isBetween(65_000L, 67_000L);
        }
        assertThat(Await.until(() -> edge.memory.used() == 0))
                .as("nothing of it is left when they are gone")
                .isTrue();
    }

    @Test
    void where_more_waits_than_may_the_largest_outbox_goes_first() throws Exception {
        edge.close();
        edge = new ScriptedEdge(BUDGET);
        try (RawPeer heavy = edge.slow();
                RawPeer light = edge.slow()) {
            Connection large = connection(0);
            Connection small = connection(1);
            String text = "x".repeat(30_000);
            fill(small, text);
            assertThat(Await.until(() -> {
                        onLoop(() -> share(large, text));
                        return large.isClosing();
                    }))
                    .isTrue();
            Frame last = heavy.read();
            while (last.isText()) {
                last = heavy.read();
            }
            assertThat(last.closeCode()).isEqualTo(1013);
            assertThat(last.closeReason()).isEqualTo("No capacity");
            assertThat(Await.until(() -> edge.memory.used() < edge.memory.largest()))
                    .isTrue();
            assertThat(small.isClosing()).isFalse();
            assertThat(light.read().isText()).isTrue();
        }
    }

    /** Else those would go who are in the middle of a message, and hold far less. */
    @Test
    void what_a_replay_holds_counts_where_the_largest_go_first() throws Exception {
        edge.close();
        edge = new ScriptedEdge(3 * REPLAYED / 2);
        try (RawPeer writer = edge.slow();
                RawPeer reader = edge.slow()) {
            Connection writing = connection(0);
            Connection reading = connection(1);
            writer.frame(0x01, new byte[16_000]); // text, and more is to follow
            assertThat(Await.until(() -> edge.memory.used() >= 16_000)).isTrue();
            edge.memory.take(REPLAYED);
            edge.onLoop(() -> {
                reading.replay(history(MANY));
                return reading.replayed().onComplete(any -> edge.memory.release(REPLAYED));
            });
            edge.memory.take(REPLAYED / 2);
            assertThat(Await.until(reading::isClosing)).isTrue();
            assertThat(Await.until(() -> !edge.memory.isExceeded())).isTrue();
            assertThat(closeOf(reader)).isEqualTo(1013);
            assertThat(writing.isClosing()).isFalse();
        }
    }

    @Test
    void who_waits_for_a_replay_to_be_taken_hears_of_the_close_at_once() throws Exception {
        try (RawPeer reader = edge.slow()) {
            Connection reading = connection(0);
            assertThat(edge.<Boolean>onLoop(() -> {
                        reading.replay(history(MANY));
                        return reading.replayed().isComplete();
                    }))
                    .isFalse();
            assertThat(edge.<Boolean>onLoop(() -> {
                        Future<Void> replayed = reading.replayed();
                        reading.close(CloseCode.NO_CAPACITY);
                        return replayed.isComplete();
                    }))
                    .isTrue();
            assertThat(closeOf(reader)).isEqualTo(1013);
        }
    }

    /** Else a client on a slow line is taken for dead while it reads as fast as it can. */
    @Test
    void a_ping_waits_for_little_of_a_replay() throws Exception {
        try (RawPeer reader = edge.slow()) {
            Connection reading = connection(0);
            onLoop(() -> reading.replay(history(MANY)));
            onLoop(reading::ping);
            long before = 0;
            Frame next = reader.read();
            while (next.opcode() != PING) {
                before += next.payload().length;
                next = reader.read();
            }
            assertThat(before).isBetween(1L, SOON);
        }
    }

    /** Vert.x would queue an answer to each, and who pings is never silent (CWE-770). */
    @Test
    void a_peer_that_pings_and_does_not_read_gets_one_answer_in_the_end() throws Exception {
        int pings = 19; // no more may come in ten seconds
        CompletableFuture<Void> behind = new CompletableFuture<>();
        edge.path((from, utf8) -> {
            behind.complete(null);
            return Future.succeededFuture(FrameOutcome.None.SILENT);
        });
        try (RawPeer hostile = edge.slow()) {
            fill(connection(0), "x".repeat(60_000));
            for (int i = 1; i <= pings; i++) {
                hostile.frame(0x89, new byte[] {(byte) i});
            }
            hostile.text("{}");
            behind.get(30, TimeUnit.SECONDS);
            onLoop(() -> share(edge.open.get(0), "last"));
            List<Frame> pongs = new ArrayList<>();
            for (Frame next = hostile.read(); !next.isText() || !next.text().equals("last"); next = hostile.read()) {
                if (next.opcode() == PONG) {
                    pongs.add(next);
                }
            }
            assertThat(pongs).hasSize(1);
            assertThat(pongs.get(0).payload()).containsExactly(pings);
        }
    }

    @Test
    void what_the_channel_holds_counts_and_its_peer_is_stuck() throws Exception {
        try (RawPeer hostile = edge.slow()) {
            Connection connection = connection(0);
            String text = "x".repeat(60_000);
            assertThat(Await.until(() -> {
                        onLoop(() -> share(connection, text));
                        onLoop(() -> {}); // behind the flush
                        return edge.memory.used() > 0;
                    }))
                    .isTrue();
            assertThat(edge.<Long>onLoop(() -> connection.socket().waitingBytes()))
                    .as("nothing waits but in the channel")
                    .isZero();
            assertThat(edge.memory.used()).isGreaterThan(16_384);
            assertThat(Await.until(() -> stuckFor(connection) > 0)).isTrue();
            assertThat(hostile.read().isText()).isTrue();
        }
        assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
    }

    /** Else the kernel would offer it what it has for minutes: 256 KB for each, in memory that nobody counts. */
    @Test
    void who_is_cut_with_something_unread_is_offered_no_more_of_it() throws Exception {
        try (RawPeer hostile = edge.slow()) {
            Connection connection = connection(0);
            fill(connection, "x".repeat(60_000));
            onLoop(() -> connection.close(CloseCode.REVOKED));
            assertThat(Await.until(() -> onLoop(() -> {}) && edge.open.isEmpty(), A_LINGER))
                    .isTrue();
            assertThat(hostile.rest()).as("a reset").isEmpty();
        }
    }

    private long stuckFor(Connection connection) {
        try {
            return edge.onLoop(() -> connection.socket().stuckFor(System.nanoTime()));
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    /** The first write to a peer that has reset its connection closes the channel, while the replay is being written. */
    @Test
    void peer_that_is_gone_while_a_replay_is_written_leaves_nothing_behind() throws Exception {
        RawPeer reader = edge.slow();
        Connection reading = connection(0);
        onLoop(() -> share(reading, "x".repeat(30_000)));
        onLoop(() -> {}); // it is on its way, and what is not read makes a reset of the peer's close
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        Future<Boolean> replayed = edge.startOnLoop(() -> {
            share(reading, "the first of a turn that takes long, whose writes are flushed one by one then");
            begun.countDown();
            boolean closed = gone.await(30, TimeUnit.SECONDS);
            Await.pass(A_LONG_TURN);
            reading.replay(history(1));
            return closed && reading.replayed().isComplete();
        });
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        reader.close();
        gone.countDown();
        assertThat(replayed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
    }

    /** Behind what its socket had taken. */
    private static int closeOf(RawPeer reader) {
        Frame last = reader.read();
        while (last.opcode() != CLOSE) {
            last = reader.read();
        }
        return last.closeCode();
    }

    private static ServerFrame history(int messages) {
        byte[] message = ("{\"content\":\"" + "x".repeat(MESSAGE) + "\"}").getBytes(StandardCharsets.UTF_8);
        return new ServerFrame.History(
                Optional.empty(),
                new Target.ToRoom(new RoomId("lobby")),
                "e",
                JsonMessages.of(Collections.nCopies(messages, message)),
                false,
                false);
    }

    private Connection connection(int place) throws Exception {
        assertThat(Await.until(() -> onLoop(() -> {}) && edge.open.size() > place))
                .isTrue();
        return edge.onLoop(() -> edge.open.get(place));
    }

    /** Until something waits. */
    private void fill(Connection connection, String text) throws Exception {
        edge.onLoop(() -> {
            fillHere(connection, text);
            return null;
        });
    }

    private void fillHere(Connection connection, String text) {
        while (connection.socket().waitingBytes() == 0) {
            share(connection, text);
        }
    }

    private boolean onLoop(Runnable task) {
        try {
            return edge.onLoop(() -> {
                task.run();
                return true;
            });
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private void share(Connection connection, String text) {
        SharedFrame frame = frame(text);
        connection.share(frame);
        frame.release();
    }

    private SharedFrame frame(String text) {
        return SharedFrame.text(PooledByteBufAllocator.DEFAULT, text.getBytes(StandardCharsets.UTF_8), edge.memory);
    }
}
