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
    void bytes_stay_in_their_order_in_little_more_room_than_they_need() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ByteBuf gathered = Unpooled.EMPTY_BUFFER;
        int next = 0;
        int read = 0;
        for (int i = 0; i < 1_000; i++) {
            byte[] some = new byte[1 + random.nextInt(16_384)];
            for (int j = 0; j < some.length; j++) {
                some[j] = (byte) next++;
            }
            gathered = cumulator.cumulate(UnpooledByteBufAllocator.DEFAULT, gathered, Unpooled.copiedBuffer(some));
            assertThat(gathered.isDirect()).isFalse();
            assertThat(gathered.capacity()).as("seed %d", seed).isLessThanOrEqualTo(2 * gathered.readableBytes());
            int taken = random.nextInt(3) == 0 ? gathered.readableBytes() - random.nextInt(2) : 0;
            for (int j = 0; j < taken; j++) {
                assertThat(gathered.readByte()).as("seed %d", seed).isEqualTo((byte) read++);
            }
        }
        gathered.release();
    }
}
