package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.ServerFrame;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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

/** Peers that send without an end while nothing of theirs is answered (CWE-770). */
class HostileSenderTest {
    private static final int PEERS = 32;
    private static final int FRAME = 65_536;
    private static final int BURST = 3_000;
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
    void hostile_sender_pins_a_few_frames_and_no_more() throws Exception {
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
                .as("two frames of each wait for the one in hand")
                .isTrue();
        assertThat(Await.until(() -> (heap() - heap) / PEERS < MOST))
                .as("bytes of the heap for each, with what the clients here hold themselves")
                .isTrue();
        assertThat((PlatformDependent.usedDirectMemory() - direct) / PEERS)
                .as("bytes beside the heap for each")
                .isLessThan(MOST);
        assertThat(edge.memory.used()).as("what is counted").isLessThan(PEERS * MOST);
    }

    /** While the store stands still each connection has one, and its end does not end the work on it. */
    @Test
    void message_in_hand_counts_until_it_is_answered_though_its_connection_has_gone() throws Exception {
        Promise<FrameOutcome> outcome = Promise.promise();
        edge.path((from, utf8) -> outcome.future());
        try (RawPeer peer = edge.slow()) {
            peer.text("x".repeat(FRAME));
            assertThat(Await.until(() -> edge.memory.used() >= 4L * FRAME)).isTrue();
        }
        assertThat(Await.until(this::isLeft)).isTrue();
        assertThat(edge.memory.used()).isEqualTo(4L * FRAME);
        edge.onLoop(() -> outcome.tryComplete(FrameOutcome.None.SILENT));
        assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
    }

    @Test
    void frames_that_came_at_once_are_taken_one_by_one_in_their_order() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        List<Promise<FrameOutcome>> inHand = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        edge.path((from, utf8) -> {
            taken.incrementAndGet();
            sizes.add(utf8.length);
            Promise<FrameOutcome> outcome = Promise.promise();
            inHand.add(outcome);
            return outcome.future();
        });
        RawPeer peer = edge.slow();
        peers.add(peer);
        for (int i = 1; i <= 100; i++) {
            peer.text("x".repeat(i));
        }
        for (int i = 1; i <= 100; i++) {
            int so = i;
            assertThat(Await.until(() -> taken.get() == so)).as("frame %d", i).isTrue();
            assertThat(edge.onLoop(() -> {
                        inHand.get(so - 1).complete(FrameOutcome.None.SILENT);
                        return sizes.get(so - 1);
                    }))
                    .isEqualTo(i);
        }
        assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
    }

    @Test
    void burst_of_tiny_frames_lets_the_other_sockets_have_their_turn() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        edge.path((from, utf8) -> {
            sizes.add(utf8.length);
            return Future.succeededFuture(FrameOutcome.None.SILENT);
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
        assertThat(Await.until(() -> heard(sizes).size() == BURST + 1)).isTrue();
        assertThat(heard(sizes).indexOf("the other".length()))
                .as("frames before it")
                .isLessThan(BURST);
    }

    private List<Integer> heard(List<Integer> sizes) {
        try {
            return edge.onLoop(() -> List.copyOf(sizes));
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    @Test
    void frame_that_never_ends_is_counted_while_it_waits() throws Exception {
        RawPeer peer = edge.slow();
        peers.add(peer);
        byte[] begun = halfFrame(60_000);
        peer.write(begun);
        assertThat(Await.until(() -> edge.memory.used() == begun.length)).isTrue();
        peer.close();
        assertThat(Await.until(() -> edge.memory.used() == 0)).isTrue();
    }

    /** A hundred of them would fill four times the memory that may wait. */
    @Test
    void messages_that_never_end_make_their_senders_go_before_they_fill_the_node() throws Exception {
        edge.close();
        edge = new ScriptedEdge(1 << 20);
        JdkPeer healthy = edge.enter();
        edge.answer(new FrameOutcome.Reply(new ServerFrame.Pong(Optional.empty(), 7)));
        byte[] begun = new byte[40_000];
        Arrays.fill(begun, (byte) 'x');
        for (int i = 0; i < 100; i++) {
            RawPeer peer = edge.slow();
            peers.add(peer);
            peer.frame(0x01, begun); // text, and more is to follow
        }
        assertThat(Await.until(() -> sentAway() >= 100 - (1 << 20) / begun.length))
                .as("as many have gone as do not fit")
                .isTrue();
        assertThat(Await.until(() -> edge.memory.used() <= edge.memory.limit())).isTrue();
        healthy.send("{}");
        assertThat(healthy.next("pong").getLong("timestamp")).isEqualTo(7);
    }

    /** They may let the close linger, and hold nothing meanwhile. */
    @Test
    void frames_that_never_end_are_given_up_with_the_close() throws Exception {
        edge.close();
        edge = new ScriptedEdge(1 << 20);
        byte[] begun = halfFrame(60_000);
        for (int i = 0; i < 40; i++) {
            RawPeer peer = edge.slow();
            peers.add(peer);
            peer.write(begun);
        }
        assertThat(Await.until(() -> sentAway() >= 40 - (1 << 20) / begun.length))
                .as("as many have gone as do not fit")
                .isTrue();
        assertThat(edge.<Boolean>onLoop(() -> edge.memory.used() <= (40 - sentAwayHere()) * begun.length))
                .as("those that go hold nothing any more")
                .isTrue();
    }

    /** As much of a text frame of 65,535 bytes. */
    private static byte[] halfFrame(int bytes) {
        byte[] begun = new byte[bytes];
        System.arraycopy(new byte[] {(byte) 0x81, (byte) 0xFE, (byte) 0xFF, (byte) 0xFF, 1, 2, 3, 4}, 0, begun, 0, 8);
        return begun;
    }

    private long sentAwayHere() {
        return edge.everOpened.stream()
                .filter(each -> each.socket().sentCode() == CloseCode.NO_CAPACITY)
                .count();
    }

    private long sentAway() {
        try {
            return edge.onLoop(this::sentAwayHere);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
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

    private boolean isLeft() {
        try {
            return edge.onLoop(edge.open::isEmpty);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
