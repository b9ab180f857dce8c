package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.transport.LoadShedder;
import dev.portcullis.edge.transport.MemoryBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameFeederTest {
    private static final int LIMIT = 800;

    private final MemoryBudget memory = new MemoryBudget(LIMIT);
    private final InboundBacklog inbound = new InboundBacklog(new LoadShedder(memory), task -> {}, () -> {});
    private final FrameFeeder activity = new FrameFeeder(() -> {}, inbound);
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
        assertThat(activity.isPaused()).as("idle time must not count").isTrue();
        advanceTime();
        assertThat(reads()).isFalse();
        activity.decoded(LIMIT);
        inbound.undecoded(0);
        advanceTime();
        assertThat(reads()).isTrue();
        assertThat(activity.isPaused()).isFalse();
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
