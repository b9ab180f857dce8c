package dev.portcullis.streams.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a stream has of a position of one of its epochs. */
class StreamEpochsTest {
    private static final StreamEpochs STREAM =
            new StreamEpochs(at("c", 9), List.of(at("a", 3), at("b", 3), at("b2", 7)));

    @Test
    void position_of_this_epoch_is_contained_up_to_the_head() {
        assertThat(STREAM.contains(at("c", 0))).isTrue();
        assertThat(STREAM.contains(at("c", 9))).isTrue();
        assertThat(STREAM.contains(at("c", 10))).isFalse();
        assertThat(STREAM.reached(at("c", 4))).contains(4L);
        assertThat(STREAM.reached(at("c", 10))).contains(9L);
    }

    @Test
    void position_of_a_former_epoch_is_contained_up_to_its_end() {
        assertThat(STREAM.contains(at("a", 3))).isTrue();
        assertThat(STREAM.contains(at("b", 4))).isFalse();
        assertThat(STREAM.reached(at("b", 4))).contains(3L);
        assertThat(STREAM.contains(at("b2", 7))).isTrue();
    }

    @Test
    void position_of_an_epoch_that_is_not_known_is_not_contained() {
        assertThat(STREAM.contains(at("x", 0))).isFalse();
        assertThat(STREAM.reached(at("x", 5))).isEmpty();
    }

    private static Position at(String epoch, long seq) {
        return new Position(epoch, seq);
    }
}
