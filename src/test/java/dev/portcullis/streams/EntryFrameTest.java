package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EntryFrameTest {
    private final StreamEntry entry = new StreamEntry(
            new StreamName("room:lobby"),
            new Position("e-1", 42),
            0,
            "\"type\":\"chat\",\"text\":\"é\"}".getBytes(StandardCharsets.UTF_8));

    @Test
    void frame_has_the_position_in_front_of_the_stored_body() {
        assertThat(new String(EntryFrame.frame(entry), StandardCharsets.UTF_8))
                .isEqualTo("{\"epoch\":\"e-1\",\"seq\":42,\"type\":\"chat\",\"text\":\"é\"}");
    }

    @Test
    void length_is_that_of_the_frame() {
        assertThat(EntryFrame.length(entry)).isEqualTo(EntryFrame.frame(entry).length);
    }

    @Test
    void max_length_is_that_of_the_longest_position() {
        Position longest = new Position("e".repeat(32), Long.MAX_VALUE);
        StreamEntry last = new StreamEntry(entry.stream(), longest, 0, entry.body());
        assertThat(EntryFrame.maxLength(entry.body()))
                .isEqualTo(EntryFrame.length(last))
                .isGreaterThan(EntryFrame.length(entry));
    }
}
