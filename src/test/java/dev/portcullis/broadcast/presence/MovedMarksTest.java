package dev.portcullis.broadcast.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MovedMarksTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final StreamName OTHER = StreamName.room(new RoomId("other"));
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final UserId CAROL = new UserId("carol");

    private final MovedMarks moved = new MovedMarks(2);

    @Test
    void newest_mark_of_each_member_is_sent_once() {
        assertThat(moved.add(LOBBY, ANN, 3)).isTrue();
        assertThat(moved.add(LOBBY, BOB, 1)).isFalse();
        assertThat(moved.add(LOBBY, ANN, 7)).isFalse();
        assertThat(moved.add(LOBBY, ANN, 5)).isFalse();
        assertThat(moved.take(LOBBY)).containsExactly(Map.entry(ANN, 7L), Map.entry(BOB, 1L));
        assertThat(moved.take(LOBBY)).isEmpty();
        assertThat(moved.add(LOBBY, ANN, 8)).isTrue();
    }

    @Test
    void mark_that_finds_no_room_is_not_sent_and_those_that_wait_still_move() {
        moved.add(LOBBY, ANN, 1);
        moved.add(OTHER, BOB, 1);
        assertThat(moved.add(OTHER, CAROL, 1)).isFalse();
        assertThat(moved.add(new StreamName("room:third"), CAROL, 1)).isFalse();
        moved.add(OTHER, BOB, 2);
        assertThat(moved.take(OTHER)).containsOnly(Map.entry(BOB, 2L));
        assertThat(moved.add(OTHER, CAROL, 1)).isTrue();
    }
}
