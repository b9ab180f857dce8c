package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeapCumulatorTest {
    private final HeapCumulator cumulator = new HeapCumulator();

    @Test
    void cumulation_keeps_byte_order_within_twice_the_needed_capacity() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ByteBuf cumulation = Unpooled.EMPTY_BUFFER;
        int next = 0;
        int read = 0;
        for (int i = 0; i < 1_000; i++) {
            byte[] some = new byte[1 + random.nextInt(16_384)];
            for (int j = 0; j < some.length; j++) {
                some[j] = (byte) next++;
            }
            cumulation = cumulator.cumulate(UnpooledByteBufAllocator.DEFAULT, cumulation, Unpooled.copiedBuffer(some));
            assertThat(cumulation.isDirect()).isFalse();
            assertThat(cumulation.capacity()).as("seed %d", seed).isLessThanOrEqualTo(2 * cumulation.readableBytes());
            int taken = random.nextInt(3) == 0 ? cumulation.readableBytes() - random.nextInt(2) : 0;
            for (int j = 0; j < taken; j++) {
                assertThat(cumulation.readByte()).as("seed %d", seed).isEqualTo((byte) read++);
            }
        }
        cumulation.release();
    }
}
