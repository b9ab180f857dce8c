package dev.portcullis.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class SharedFrameTest {
    private final MemoryBudget memory = new MemoryBudget(1 << 20);
    private final ByteBuf encoded =
            PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(new byte[] {1, 2, 3});
    private final SharedFrame frame = new SharedFrame(encoded, memory);

    /** The channel moves the position of what it has sent in part. */
    @Test
    void receiver_that_has_taken_a_part_leaves_the_whole_frame_to_the_others() {
        ByteBuf one = frame.duplicate();
        ByteBuf other = frame.duplicate();
        one.skipBytes(2);
        assertThat(one.readableBytes()).isEqualTo(1);
        assertThat(other.readableBytes()).isEqualTo(3);
        assertThat(frame.bytes()).isEqualTo(3);
        one.release();
        other.release();
        frame.release();
    }

    @Test
    void bytes_are_free_once_every_receiver_has_taken_them() {
        ByteBuf written = frame.duplicate();
        ByteBuf last = frame.duplicate();
        frame.addHolder();
        frame.release();
        written.release();
        frame.removeHolder();
        assertThat(encoded.refCnt()).isPositive();
        last.release();
        assertThat(encoded.refCnt()).isZero();
        assertThat(memory.used()).isZero();
    }

    /** A count of its own, from a pool, costs each receiver more than the duplicate. */
    @Test
    void duplicates_share_the_count_of_references() {
        ByteBuf duplicate = frame.duplicate();
        assertThat(encoded.refCnt()).isEqualTo(2);
        assertThat(duplicate.refCnt()).isEqualTo(2);
        duplicate.release();
        frame.release();
    }
}
