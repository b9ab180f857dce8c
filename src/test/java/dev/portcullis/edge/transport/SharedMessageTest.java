package dev.portcullis.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedMessageTest {
    private static final byte[] JSON = "{}".getBytes(StandardCharsets.UTF_8);

    private final MemoryBudget memory = new MemoryBudget(1_000);
    private final List<ByteBuf> encoded = new ArrayList<>();
    private final FrameEncoding text = encoding("text");
    private final FrameEncoding event = encoding("event");
    private final SharedMessage message = new SharedMessage(JSON, memory);

    @Test
    void receivers_of_one_encoding_share_one_frame() {
        assertThat(message.in(text)).isSameAs(message.in(text));
        assertThat(encoded).hasSize(1);
    }

    @Test
    void each_encoding_is_written_once_however_its_receivers_alternate() {
        SharedFrame asText = message.in(text);
        SharedFrame asEvent = message.in(event);
        assertThat(message.in(text)).isSameAs(asText);
        assertThat(message.in(event)).isSameAs(asEvent);
        assertThat(asText.duplicate().toString(StandardCharsets.UTF_8)).isEqualTo("text");
        assertThat(asEvent.duplicate().toString(StandardCharsets.UTF_8)).isEqualTo("event");
        assertThat(encoded).hasSize(2);
    }

    @Test
    void message_without_receivers_is_not_encoded() {
        message.release();
        assertThat(encoded).isEmpty();
    }

    @Test
    void release_frees_the_frames_of_all_encodings() {
        message.in(text);
        message.in(event);
        message.release();
        assertThat(encoded)
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.refCnt()).isZero());
    }

    @Test
    void frame_in_an_outbox_outlives_the_message_and_is_counted_until_it_is_sent() {
        SharedFrame queued = message.in(text);
        queued.addHolder();
        message.release();
        assertThat(encoded.get(0).refCnt()).isOne();
        assertThat(memory.used()).isPositive();
        queued.removeHolder();
        assertThat(encoded.get(0).refCnt()).isZero();
        assertThat(memory.used()).isZero();
    }

    private FrameEncoding encoding(String written) {
        return (json, budget) -> {
            ByteBuf bytes = Unpooled.copiedBuffer(written, StandardCharsets.UTF_8);
            encoded.add(bytes);
            return new SharedFrame(bytes, budget);
        };
    }
}
