package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.Lanes;
import org.junit.jupiter.api.Test;

class StreamNameTest {
    @Test
    void cut_off_stream_of_a_lane_is_in_that_lane() {
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            assertThat(StreamName.cutoffs(lane).lane()).isEqualTo(lane);
        }
        assertThat(StreamName.cutoffs(7).value()).isEqualTo("cutoffs:7");
    }

    @Test
    void room_with_the_name_of_a_cut_off_stream_is_another_stream() {
        StreamName room = StreamName.room(new RoomId("cutoffs:7"));
        assertThat(room).isNotEqualTo(StreamName.cutoffs(7));
        assertThat(room.lane()).isEqualTo(Lanes.of("room:cutoffs:7"));
    }
}
