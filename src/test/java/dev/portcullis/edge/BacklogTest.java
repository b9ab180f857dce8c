package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.transport.SharedMessage;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Frame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.codec.ServerFrame;
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

/** Frames that are queued because the node was late do not count against the reader, and the queue stays bounded. */
class BacklogTest {
    private static final int BUDGET = 1 << 20;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    /** More than the socket buffers of both sides hold. */
    private static final long REPLAYED = 16 << 20;

    /** Twice what both kernels hold of one connection with the bound of 128 KB; without it they hold 2.8 MB. */
    private static final long BUFFERED = 512 << 10;

    /** Longer than the close linger. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(60);

    private static final Duration LONG_TURN = Duration.ofMillis(50);
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
    void deliveries_queued_on_a_busy_loop_reach_a_reading_peer() throws Exception {
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
    void shared_frame_in_two_outboxes_is_counted_once_plus_one_entry_each() throws Exception {
        try (RawPeer first = edge.slow();
                RawPeer second = edge.slow()) {
            assertThat(first).isNotSameAs(second);
            Connection one = connection(0);
            Connection other = connection(1);
            String text = "x".repeat(65_000);
            long more = edge.onLoop(
                    () -> { // in one turn: between two the kernel may take more of the queue
                        fillHere(one, text);
                        fillHere(other, text);
                        long before = edge.memory.used();
                        SharedMessage message = edge.message(text);
                        one.deliver(message);
                        other.deliver(message);
                        message.release();
                        return edge.memory.used() - before;
                    });
            assertThat(more).isBetween(65_000L, 67_000L);
        }
        assertThat(Await.until(() -> edge.memory.used() == 0))
                .as("memory in use after both have closed")
                .isTrue();
    }

    @Test
    void exceeded_budget_closes_the_largest_outbox_first() throws Exception {
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

    /** Without it a peer in the middle of a message, which holds far less, would be closed first. */
    @Test
    void replay_bytes_count_when_the_largest_holder_is_closed() throws Exception {
        edge.close();
        edge = new ScriptedEdge(3 * REPLAYED / 2);
        try (RawPeer writer = edge.slow();
                RawPeer reader = edge.slow()) {
            Connection writing = connection(0);
            Connection reading = connection(1);
            writer.frame(0x01, new byte[16_000]); // text, not final
            assertThat(Await.until(() -> edge.memory.used() >= 16_000)).isTrue();
            edge.memory.take(REPLAYED);
            edge.onLoop(() -> {
                reading.replay(history(MANY));
                return reading.replayTaken().onComplete(any -> edge.memory.release(REPLAYED));
            });
            edge.memory.take(REPLAYED / 2);
            assertThat(Await.until(reading::isClosing)).isTrue();
            assertThat(Await.until(() -> !edge.memory.isExceeded())).isTrue();
            assertThat(closeOf(reader)).isEqualTo(1013);
            assertThat(writing.isClosing()).isFalse();
        }
    }

    @Test
    void pending_replay_completes_at_once_when_the_connection_closes() throws Exception {
        try (RawPeer reader = edge.slow()) {
            Connection reading = connection(0);
            assertThat(edge.<Boolean>onLoop(() -> {
                        reading.replay(history(MANY));
                        return reading.replayTaken().isComplete();
                    }))
                    .isFalse();
            assertThat(edge.<Boolean>onLoop(() -> {
                        Future<Void> replayed = reading.replayTaken();
                        reading.close(CloseCode.NO_CAPACITY);
                        return replayed.isComplete();
                    }))
                    .isTrue();
            assertThat(closeOf(reader)).isEqualTo(1013);
        }
    }

    /** Otherwise a client on a slow line is taken for dead while it reads as fast as it can. */
    @Test
    void ping_passes_a_replay_after_few_bytes() throws Exception {
        try (RawPeer reader = edge.slow()) {
            Connection reading = connection(0);
            onLoop(() -> reading.replay(history(MANY)));
            onLoop(() -> reading.transport().ping());
            long bytesBefore = 0;
            Frame next = reader.read();
            while (next.opcode() != PING) {
                bytesBefore += next.payload().length;
                next = reader.read();
            }
            assertThat(bytesBefore).isBetween(1L, BUFFERED);
        }
    }

    /** Vert.x would queue an answer to each ping, and a peer that pings is never idle (CWE-770). */
    @Test
    void peer_that_pings_without_reading_gets_one_pong_once_it_reads() throws Exception {
        int pings = 19; // one fewer than the limit for ten seconds
        CompletableFuture<Void> handled = new CompletableFuture<>();
        edge.path((from, utf8) -> {
            handled.complete(null);
            return Future.succeededFuture(FrameOutcome.None.NONE);
        });
        try (RawPeer hostile = edge.slow()) {
            fill(connection(0), "x".repeat(60_000));
            for (int i = 1; i <= pings; i++) {
                hostile.frame(0x89, new byte[] {(byte) i});
            }
            hostile.text("{}");
            handled.get(30, TimeUnit.SECONDS);
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
    void bytes_in_an_unwritable_channel_count_and_mark_the_peer_as_stuck() throws Exception {
        try (RawPeer hostile = edge.slow()) {
            Connection connection = connection(0);
            String text = "x".repeat(60_000);
            assertThat(Await.until(() -> {
                        onLoop(() -> share(connection, text));
                        return edge.onLoop(() -> usedInChannel(connection)) > 16_384;
                    }))
                    .isTrue();
            assertThat(Await.until(() -> stuckFor(connection) > 0)).isTrue();
            assertThat(hostile.read().isText()).isTrue();
        }
        assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
    }

    /**
     * Otherwise the kernel retransmits its bytes for minutes: 256 KB for each connection, in memory that no budget
     * counts.
     */
    @Test
    void aborted_connection_with_unread_bytes_is_reset() throws Exception {
        try (RawPeer hostile = edge.slow()) {
            Connection connection = connection(0);
            fill(connection, "x".repeat(60_000));
            onLoop(() -> connection.close(CloseCode.REVOKED));
            assertThat(Await.until(() -> onLoop(() -> {}) && edge.open.isEmpty(), CLOSE_TIMEOUT))
                    .isTrue();
            assertThat(hostile.rest()).as("a reset").isEmpty();
        }
    }

    /** What is counted beside the outbox, which holds a frame if two were written before the first was flushed. */
    private long usedInChannel(Connection connection) {
        return edge.memory.used() - connection.transport().waitingBytes();
    }

    private long stuckFor(Connection connection) {
        return edge.onLoop(() -> connection.transport().stuckFor(System.nanoTime()));
    }

    /** The first write to a peer that has reset its connection closes the channel during the write of the replay. */
    @Test
    void peer_that_resets_during_the_write_of_a_replay_leaves_no_memory_in_use() throws Exception {
        RawPeer reader = edge.slow();
        Connection reading = connection(0);
        onLoop(() -> share(reading, "x".repeat(30_000)));
        onLoop(() -> {}); // the frame is sent; left unread, it turns the peer's close into a reset
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch peerClosed = new CountDownLatch(1);
        Future<Boolean> replayed = edge.startOnLoop(() -> {
            share(reading, "first write of a long turn, whose later writes are flushed one by one");
            begun.countDown();
            boolean closed = peerClosed.await(30, TimeUnit.SECONDS);
            Await.pass(LONG_TURN);
            reading.replay(history(1));
            return closed && reading.replayTaken().isComplete();
        });
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        reader.close();
        peerClosed.countDown();
        assertThat(replayed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
    }

    /** Reads up to the close frame. */
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

    private Connection connection(int index) throws Exception {
        assertThat(Await.until(() -> onLoop(() -> {}) && edge.open.size() > index))
                .isTrue();
        return edge.onLoop(() -> edge.open.get(index));
    }

    /** Sends until the outbox is not empty. */
    private void fill(Connection connection, String text) throws Exception {
        edge.onLoop(() -> {
            fillHere(connection, text);
            return null;
        });
    }

    private void fillHere(Connection connection, String text) {
        while (connection.transport().waitingBytes() == 0) {
            share(connection, text);
        }
    }

    private boolean onLoop(Runnable task) {
        return edge.onLoop(() -> {
            task.run();
            return true;
        });
    }

    private void share(Connection connection, String text) {
        edge.deliver(connection, text);
    }
}
