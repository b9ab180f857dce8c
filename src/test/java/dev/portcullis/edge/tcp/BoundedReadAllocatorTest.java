package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class BoundedReadAllocatorTest {
    private boolean full;

    @Test
    void while_the_node_is_full_the_next_read_is_small_however_much_came_before() {
        var reads = new BoundedReadAllocator(() -> full).newHandle();
        for (int i = 0; i < 10; i++) {
            reads.reset(new EmbeddedChannel().config());
            int room = roomOf(reads.allocate(UnpooledByteBufAllocator.DEFAULT));
            reads.attemptedBytesRead(room);
            reads.lastBytesRead(room); // as much as there was room for, so that the next one is larger
            reads.readComplete();
        }
        assertThat(roomOf(reads.allocate(UnpooledByteBufAllocator.DEFAULT))).isEqualTo(16_384);
        full = true;
        assertThat(roomOf(reads.allocate(UnpooledByteBufAllocator.DEFAULT))).isLessThan(1_000);
        full = false;
        assertThat(roomOf(reads.allocate(UnpooledByteBufAllocator.DEFAULT))).isEqualTo(16_384);
    }

    private static int roomOf(ByteBuf buffer) {
        try {
            return buffer.capacity();
        } finally {
            buffer.release();
        }
    }
}
