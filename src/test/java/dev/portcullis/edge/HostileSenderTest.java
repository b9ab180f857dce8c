package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.codec.ServerFrame;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Peers that send without end while none of their frames is answered (CWE-770). */
class HostileSenderTest {
    private static final int PEERS = 32;
    private static final int FRAME = 65_536;
    private static final int BURST = 500;

    /** At the pace of refused frames they would take minutes. */
    private static final int ACCEPTED = 20_000;

    private static final int QUEUED = 131_072;
    private static final long MOST = 640 << 10;

    private final List<RawPeer> peers = new ArrayList<>();
    private ScriptedEdge edge;

    @BeforeEach
    void open() throws Exception {
        edge = new ScriptedEdge();
    }

    @AfterEach
    void close() throws Exception {
        peers.forEach(RawPeer::close);
        edge.close();
    }

    @Test
    void sender_without_end_holds_only_a_few_frames_in_memory() throws Exception {
        edge.path((from, utf8) -> Promise.<FrameOutcome>promise().future());
        for (int i = 0; i < PEERS; i++) {
            peers.add(edge.slow());
        }
        long heap = heap();
        long direct = PlatformDependent.usedDirectMemory();
        for (RawPeer peer : peers) {
            sendWithoutEnd(peer);
        }
        assertThat(Await.until(() -> edge.memory.used() >= (long) PEERS * QUEUED))
                .as("two frames of each connection are queued behind the one in process")
                .isTrue();
        assertThat(Await.until(() -> (heap() - heap) / PEERS < MOST))
                .as("heap bytes for each connection, with those of its client in this JVM")
                .isTrue();
        assertThat((PlatformDependent.usedDirectMemory() - direct) / PEERS)
                .as("direct memory for each connection")
                .isLessThan(MOST);
        assertThat(edge.memory.used()).as("bytes counted in the budget").isLessThan(PEERS * MOST);
    }

    /**
     * While the store is blocked each connection may have one message in process, and closing it does not end the work.
     */
    @Test
    void message_in_process_counts_until_its_answer_after_its_connection_closed() throws Exception {
        Promise<FrameOutcome> outcome = Promise.promise();
        edge.path((from, utf8) -> outcome.future());
        try (RawPeer peer = edge.slow()) {
            peer.text("x".repeat(FRAME));
            assertThat(Await.until(() -> edge.memory.used() >= 4L * FRAME)).isTrue();
        }
        assertThat(Await.until(this::isEmpty)).isTrue();
        assertThat(edge.memory.used()).isEqualTo(4L * FRAME);
        edge.onLoop(() -> outcome.tryComplete(FrameOutcome.None.NONE));
        assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
    }

    @Test
    void frames_received_together_are_handled_one_by_one_in_order() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        List<Promise<FrameOutcome>> inProcess = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        edge.path((from, utf8) -> {
            handled.incrementAndGet();
            sizes.add(utf8.length);
            Promise<FrameOutcome> outcome = Promise.promise();
            inProcess.add(outcome);
            return outcome.future();
        });
        RawPeer peer = edge.slow();
        peers.add(peer);
        for (int i = 1; i <= 100; i++) {
            peer.text("x".repeat(i));
        }
        for (int i = 1; i <= 100; i++) {
            int number = i;
            assertThat(Await.until(() -> handled.get() == number))
                    .as("frame %d", i)
                    .isTrue();
            assertThat(edge.onLoop(() -> {
                        inProcess.get(number - 1).complete(FrameOutcome.None.NONE);
                        return sizes.get(number - 1);
                    }))
                    .isEqualTo(i);
        }
        assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
    }

    @Test
    void burst_of_tiny_frames_does_not_starve_another_socket() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        edge.path((from, utf8) -> {
            sizes.add(utf8.length);
            return Future.succeededFuture(FrameOutcome.None.NONE);
        });
        RawPeer flooder = edge.slow();
        RawPeer other = edge.slow();
        peers.addAll(List.of(flooder, other));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        Future<Boolean> busy = edge.startOnLoop(() -> {
            begun.countDown();
            return written.await(30, TimeUnit.SECONDS);
        });
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        ByteArrayOutputStream burst = new ByteArrayOutputStream();
        for (int i = 0; i < BURST; i++) {
            burst.writeBytes(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'});
        }
        flooder.write(burst.toByteArray());
        other.text("the other");
        written.countDown();
        assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Await.until(() -> snapshot(sizes).size() == BURST + 1)).isTrue();
        assertThat(snapshot(sizes).indexOf("the other".length()))
                .as("frames handled before it")
                .isLessThan(BURST);
    }

    @Test
    void burst_of_frames_that_are_answered_later_is_not_slowed_down() throws Exception {
        AtomicInteger handled = new AtomicInteger();
        edge.path((from, utf8) -> {
            Promise<FrameOutcome> outcome = Promise.promise();
            Vertx.currentContext().runOnContext(any -> {
                handled.incrementAndGet();
                outcome.complete(FrameOutcome.None.NONE);
            });
            return outcome.future();
        });
        RawPeer peer = edge.slow();
        peers.add(peer);
        ByteArrayOutputStream burst = new ByteArrayOutputStream();
        for (int i = 0; i < ACCEPTED; i++) {
            burst.writeBytes(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'});
        }
        peer.write(burst.toByteArray());
        assertThat(Await.until(() -> handled.get() == ACCEPTED)).isTrue();
    }

    private List<Integer> snapshot(List<Integer> sizes) {
        return edge.onLoop(() -> List.copyOf(sizes));
    }

    @Test
    void incomplete_frame_is_counted_until_its_connection_closes() throws Exception {
        RawPeer peer = edge.slow();
        peers.add(peer);
        byte[] begun = partialFrame(60_000);
        peer.write(begun);
        assertThat(Await.until(() -> edge.memory.used() == begun.length)).isTrue();
        peer.close();
        assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
    }

    /** A hundred of them would use four times the memory budget. */
    @Test
    void senders_of_endless_messages_are_closed_before_the_budget_is_exceeded() throws Exception {
        edge.close();
        edge = new ScriptedEdge(1 << 20);
        JdkPeer healthy = edge.enter();
        edge.answer(new FrameOutcome.Reply(new ServerFrame.Pong(Optional.empty(), 7)));
        byte[] begun = new byte[40_000];
        Arrays.fill(begun, (byte) 'x');
        for (int i = 0; i < 100; i++) {
            RawPeer peer = edge.slow();
            peers.add(peer);
            peer.frame(0x01, begun); // text, not final
        }
        assertThat(Await.until(() -> closedForCapacity() >= 100 - (1 << 20) / begun.length))
                .as("connections closed: those that do not fit in the budget")
                .isTrue();
        assertThat(Await.until(() -> edge.memory.used() <= edge.memory.limit())).isTrue();
        healthy.send("{}");
        assertThat(healthy.next("pong").getLong("timestamp")).isEqualTo(7);
    }

    /** The close of such a connection may linger, but its memory is released immediately. */
    @Test
    void incomplete_frames_are_released_when_the_close_begins() throws Exception {
        edge.close();
        edge = new ScriptedEdge(1 << 20);
        byte[] begun = partialFrame(60_000);
        for (int i = 0; i < 40; i++) {
            RawPeer peer = edge.slow();
            peers.add(peer);
            peer.write(begun);
        }
        assertThat(Await.until(() -> closedForCapacity() >= 40 - (1 << 20) / begun.length))
                .as("connections closed: those that do not fit in the budget")
                .isTrue();
        assertThat(edge.<Boolean>onLoop(() -> edge.memory.used() <= (40 - countClosedForCapacity()) * begun.length))
                .as("closing connections hold no memory")
                .isTrue();
    }

    /** The first bytes of a text frame of 65,535 bytes. */
    private static byte[] partialFrame(int bytes) {
        byte[] begun = new byte[bytes];
        System.arraycopy(new byte[] {(byte) 0x81, (byte) 0xFE, (byte) 0xFF, (byte) 0xFF, 1, 2, 3, 4}, 0, begun, 0, 8);
        return begun;
    }

    private long countClosedForCapacity() {
        return edge.everOpened.stream()
                .filter(each -> each.transport().sentCode() == CloseCode.NO_CAPACITY)
                .count();
    }

    private long closedForCapacity() {
        return edge.onLoop(this::countClosedForCapacity);
    }

    private static void sendWithoutEnd(RawPeer peer) {
        String text = "x".repeat(FRAME);
        Thread sender = new Thread(() -> {
            try {
                while (true) {
                    peer.text(text);
                }
            } catch (UncheckedIOException ended) {
                // the test is over
            }
        });
        sender.setDaemon(true);
        sender.start();
    }

    private boolean isEmpty() {
        return edge.onLoop(edge.open::isEmpty);
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
