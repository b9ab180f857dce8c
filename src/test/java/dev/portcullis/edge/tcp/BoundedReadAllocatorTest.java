package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class BoundedReadAllocatorTest {
    private boolean full;

    @Test
    void read_on_a_full_node_is_small_after_any_earlier_reads() {
        var reads = new BoundedReadAllocator(() -> full).newHandle();
        for (int i = 0; i < 10; i++) {
            reads.reset(new EmbeddedChannel().config());
            int capacity = capacityOf(reads.allocate(UnpooledByteBufAllocator.DEFAULT));
            reads.attemptedBytesRead(capacity);
            reads.lastBytesRead(capacity); // a full buffer makes the next one larger
            reads.readComplete();
        }
        assertThat(capacityOf(reads.allocate(UnpooledByteBufAllocator.DEFAULT))).isEqualTo(16_384);
        full = true;
        assertThat(capacityOf(reads.allocate(UnpooledByteBufAllocator.DEFAULT))).isLessThan(1_000);
        full = false;
        assertThat(capacityOf(reads.allocate(UnpooledByteBufAllocator.DEFAULT))).isEqualTo(16_384);
    }

    private static int capacityOf(ByteBuf buffer) {
        try {
            return buffer.capacity();
        } finally {
            buffer.release();
        }
    }
}
