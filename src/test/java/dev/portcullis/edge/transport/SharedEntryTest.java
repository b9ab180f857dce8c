package dev.portcullis.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedEntryTest {
    private static final StreamEntry ENTRY =
            new StreamEntry(StreamName.room(new RoomId("room")), new Position("e", 1), 0, new byte[0]);

    private final MemoryBudget memory = new MemoryBudget(1_000);
    private final List<ByteBuf> encoded = new ArrayList<>();
    private final FrameEncoding text = encoding("text");
    private final FrameEncoding event = encoding("event");
    private final SharedEntry entry = new SharedEntry(ENTRY, memory);

    @Test
    void receivers_of_one_encoding_share_one_frame() {
        assertThat(entry.in(text)).isSameAs(entry.in(text));
        assertThat(encoded).hasSize(1);
    }

    @Test
    void each_encoding_is_written_once_however_its_receivers_alternate() {
        SharedFrame asText = entry.in(text);
        SharedFrame asEvent = entry.in(event);
        assertThat(entry.in(text)).isSameAs(asText);
        assertThat(entry.in(event)).isSameAs(asEvent);
        assertThat(asText.duplicate().toString(StandardCharsets.UTF_8)).isEqualTo("text");
        assertThat(asEvent.duplicate().toString(StandardCharsets.UTF_8)).isEqualTo("event");
        assertThat(encoded).hasSize(2);
    }

    @Test
    void entry_without_receivers_is_not_encoded() {
        entry.release();
        assertThat(encoded).isEmpty();
    }

    @Test
    void release_frees_the_frames_of_all_encodings() {
        entry.in(text);
        entry.in(event);
        entry.release();
        assertThat(encoded)
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.refCnt()).isZero());
    }

    @Test
    void frame_in_an_outbox_outlives_the_entry_and_is_counted_until_it_is_sent() {
        SharedFrame queued = entry.in(text);
        queued.addHolder();
        entry.release();
        assertThat(encoded.get(0).refCnt()).isOne();
        assertThat(memory.used()).isPositive();
        queued.removeHolder();
        assertThat(encoded.get(0).refCnt()).isZero();
        assertThat(memory.used()).isZero();
    }

    private FrameEncoding encoding(String written) {
        return (any, budget) -> {
            ByteBuf bytes = Unpooled.copiedBuffer(written, StandardCharsets.UTF_8);
            encoded.add(bytes);
            return new SharedFrame(bytes, budget);
        };
    }
}
