package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamNameTest {
    @Test
    void cut_off_stream_of_a_lane_is_in_that_lane() {
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            assertThat(StreamName.cutoffs(lane).lane()).isEqualTo(lane);
            assertThat(StreamName.cutoffs(lane).kind()).contains(new StreamKind.Cutoffs(lane));
        }
        assertThat(StreamName.cutoffs(7).value()).isEqualTo("cutoffs:7");
    }

    @Test
    void room_with_the_name_of_a_cut_off_stream_is_another_stream() {
        StreamName room = StreamName.room(new RoomId("cutoffs:7"));
        assertThat(room).isNotEqualTo(StreamName.cutoffs(7));
        assertThat(room.lane()).isEqualTo(Lanes.of("room:cutoffs:7"));
        assertThat(room.kind()).contains(new StreamKind.Room(new RoomId("cutoffs:7")));
    }

    @Test
    void names_have_the_written_form_that_is_stored() {
        assertThat(StreamName.room(new RoomId("lobby")).value()).isEqualTo("room:lobby");
        assertThat(StreamName.inbox(new UserId("ann|x@y")).value()).isEqualTo("inbox:ann|x@y");
        assertThat(StreamName.notifications().value()).isEqualTo("notifications");
    }

    @Test
    void each_name_has_the_kind_that_it_was_made_of() {
        UserId user = new UserId("room:ann");
        assertThat(StreamName.inbox(user).kind()).contains(new StreamKind.Inbox(user));
        assertThat(StreamName.notifications().kind()).contains(new StreamKind.Notifications());
        RoomId room = new RoomId("notifications");
        assertThat(StreamName.room(room).kind()).contains(new StreamKind.Room(room));
    }

    @Test
    void kind_folds_to_the_arm_of_its_own() {
        assertThat(folded(StreamName.room(new RoomId("lobby")))).isEqualTo("room lobby");
        assertThat(folded(StreamName.inbox(new UserId("ann")))).isEqualTo("inbox ann");
        assertThat(folded(StreamName.cutoffs(9))).isEqualTo("cutoffs 9");
        assertThat(folded(StreamName.notifications())).isEqualTo("notifications");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "room",
                "room:",
                "room:a b",
                "inbox:",
                "inbox:-",
                "cutoffs:",
                "cutoffs:256",
                "cutoffs:07",
                "cutoffs:-1",
                "cutoffs:x",
                "notifications:",
                "later:kind"
            })
    void name_of_a_later_release_has_no_kind(String name) {
        assertThat(new StreamName(name).kind()).isEmpty();
    }

    private static String folded(StreamName name) {
        return name.kind()
                .orElseThrow()
                .fold(
                        room -> "room " + room,
                        user -> "inbox " + user,
                        lane -> "cutoffs " + lane,
                        () -> "notifications");
    }
}
