package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

class TlsRecordCounterTest {
    private static final int RECORDS = 200;

    private final TlsRecordCounter counter = new TlsRecordCounter();

    @RepeatedTest(20)
    void records_are_counted_however_the_stream_is_cut(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        ByteBuf stream = Unpooled.buffer();
        for (int i = 0; i < RECORDS; i++) {
            int length = random.nextInt(4) == 0 ? 0 : random.nextInt(600);
            stream.writeByte(23).writeShort(0x0303).writeShort(length).writeZero(length);
        }
        int counted = 0;
        int cut = 1 + random.nextInt(2_000);
        while (stream.isReadable()) {
            ByteBuf piece = stream.readSlice(Math.min(stream.readableBytes(), 1 + random.nextInt(cut)));
            int bytes = piece.readableBytes();
            counted += counter.beginIn(piece);
            assertThat(piece.readableBytes()).as("left unread").isEqualTo(bytes);
        }
        assertThat(counted).isEqualTo(RECORDS);
    }
}
