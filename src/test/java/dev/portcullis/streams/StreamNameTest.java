package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.Lanes;
import org.junit.jupiter.api.Test;

class StreamNameTest {
    @Test
    void cut_offs_of_a_lane_lie_in_that_lane() {
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            assertThat(StreamName.cutoffs(lane).lane()).isEqualTo(lane);
        }
        assertThat(StreamName.cutoffs(7).value()).isEqualTo("cutoffs:7");
    }

    @Test
    void a_room_of_that_name_is_still_a_room() {
        StreamName room = StreamName.room(new RoomId("cutoffs:7"));
        assertThat(room).isNotEqualTo(StreamName.cutoffs(7));
        assertThat(room.lane()).isEqualTo(Lanes.of("room:cutoffs:7"));
    }
}
