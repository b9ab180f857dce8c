package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameFeederTest {
    private static final int LIMIT = 800;
    private static final int FRAMES_PER_TURN = 32;

    private final MemoryBudget memory = new MemoryBudget(LIMIT);
    private final InboundBacklog inbound = new InboundBacklog(new LoadShedder(memory), task -> {}, () -> {});
    private final FrameFeeder activity = new FrameFeeder(() -> {}, () -> {}, inbound);
    private final EmbeddedChannel channel = new EmbeddedChannel(activity);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        assertThat(memory.used()).isZero();
    }

    @Test
    void full_node_stops_reading_until_memory_is_released() {
        receive(LIMIT + 1);
        assertThat(reads()).isFalse();
        assertThat(activity.leavesUnread()).as("idle time must not count").isTrue();
        advanceTime();
        assertThat(reads()).isFalse();
        activity.decoded(LIMIT);
        inbound.undecoded(0);
        advanceTime();
        assertThat(reads()).isTrue();
        assertThat(activity.leavesUnread()).isFalse();
    }

    @Test
    void paused_socket_is_not_read_when_memory_is_released() {
        receive(LIMIT + 1);
        activity.pause();
        inbound.undecoded(0);
        advanceTime();
        assertThat(reads()).isFalse();
        activity.resume();
        assertThat(reads()).isTrue();
    }

    @Test
    void closing_socket_is_read_on_a_full_node_to_find_the_close_frame() {
        receive(LIMIT + 1);
        activity.discard(1 << 20);
        assertThat(reads()).isTrue();
        receive(10);
        assertThat(reads()).isTrue();
        inbound.undecoded(0);
    }

    @Test
    void closing_socket_is_read_and_no_longer_decoded_behind_64_kib_of_frames() {
        channel.freezeTime();
        activity.discard(1 << 20);
        receive(65_536);
        activity.decoded(65_536);
        assertThat(passedOn()).isEqualTo(65_536);
        receive(10);
        activity.decoded(10);
        assertThat(passedOn()).isEqualTo(10);
        receive(10);
        assertThat(passedOn()).isZero();
        assertThat(reads()).isTrue();
    }

    @Test
    void peer_whose_frames_never_end_gets_ever_rarer_turns_and_loses_none() {
        OneByteFrames frames = decodeOneByteFrames();
        receive(700);
        int first = frames.decoded;
        assertThat(first).isBetween(1, FRAMES_PER_TURN);
        assertThat(reads()).isFalse();
        for (int wait = 1; wait <= 16; wait *= 2) {
            int before = frames.decoded;
            advance(wait - 1);
            assertThat(frames.decoded).as("within %d ms", wait).isEqualTo(before);
            advance(1);
            assertThat(frames.decoded).isBetween(before + 1, before + FRAMES_PER_TURN);
        }
        int before = frames.decoded;
        advance(15);
        assertThat(frames.decoded).as("the longest wait").isEqualTo(before);
        while (frames.decoded < 700) {
            advance(32);
        }
        assertThat(reads()).isTrue();
    }

    @Test
    void peer_that_was_quiet_waits_shortly_again() {
        OneByteFrames frames = decodeOneByteFrames();
        receive(200);
        while (frames.decoded < 200) {
            advance(32);
        }
        advance(101);
        receive(200);
        int before = frames.decoded;
        advance(1);
        assertThat(frames.decoded).isGreaterThan(before);
    }

    @Test
    void peer_whose_frames_are_answered_later_waits_shortly() {
        OneByteFrames frames = decodeOneByteFrames();
        receive(700);
        for (int wait = 1; wait <= 16; wait *= 2) {
            advance(wait);
        }
        activity.answersLater();
        advance(16); // the wait that had begun
        int before = frames.decoded;
        advance(2);
        assertThat(frames.decoded).isGreaterThan(before);
    }

    @Test
    void what_is_thrown_away_is_read_in_turns_too() {
        channel.freezeTime();
        activity.discard(1 << 20);
        activity.stopDecoding();
        for (int wait = 1; wait <= 8; wait *= 2) {
            receive(16_384);
            assertThat(reads()).isFalse();
            advance(wait);
            assertThat(reads()).isTrue();
            assertThat(channel.inboundMessages())
                    .as("what reaches handlers behind a decoder that is gone")
                    .isEmpty();
        }
    }

    private OneByteFrames decodeOneByteFrames() {
        OneByteFrames frames = new OneByteFrames();
        channel.pipeline().addLast(frames);
        channel.freezeTime();
        return frames;
    }

    private void advance(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    /** A decoder that makes one frame at a time, as that of WebSockets does. */
    private final class OneByteFrames extends ChannelInboundHandlerAdapter {
        private int bytes;
        private int decoded;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf read = (ByteBuf) message;
            bytes += read.readableBytes();
            read.release();
            if (bytes > 0) {
                bytes--;
                decoded++;
                activity.decoded(1);
            }
        }
    }

    /** The bytes that the decoder got since this was last asked. */
    private int passedOn() {
        int bytes = 0;
        for (ByteBuf next = channel.readInbound(); next != null; next = channel.readInbound()) {
            bytes += next.readableBytes();
            next.release();
        }
        return bytes;
    }

    private void receive(int bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[bytes]));
    }

    private boolean reads() {
        return channel.config().isAutoRead();
    }

    private void advanceTime() {
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }
}
