package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.Moved;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldMovesTest {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final int LANE = LOBBY.lane();
    private static final int OTHER_LANE = LANE == 0 ? 1 : 0;

    private final ToldMoves told = new ToldMoves();

    @Test
    void nothing_is_told_of_a_lane_that_was_never_read() {
        assertThat(told.isToldBehind(at(5))).isFalse();
        told.read(read(OTHER_LANE, "fork", 5));
        assertThat(told.isToldBehind(at(5))).isFalse();
    }

    @Test
    void what_is_appended_behind_the_last_read_is_told() {
        told.read(read(5));
        assertThat(told.isToldBehind(at(5))).isTrue();
        assertThat(told.isToldBehind(at(6))).isTrue();
        assertThat(told.isToldBehind(at(4)))
                .as("the append with number 5 was told")
                .isFalse();
    }

    /** Of two ticks of a lane, the later one may be answered first. */
    @Test
    void read_that_is_answered_late_takes_nothing_back() {
        told.read(read(5));
        told.read(read(3));
        assertThat(told.isToldBehind(at(4))).isFalse();
        assertThat(told.isToldBehind(at(5))).isTrue();
    }

    /** A tick that did not renew the lease is no read, but its moves are told once. */
    @Test
    void moves_of_a_tick_that_is_no_read_are_told() {
        told.moved(List.of(new Moved(LOBBY, 7)));
        told.read(read(5));
        assertThat(told.isToldBehind(at(6))).isFalse();
        assertThat(told.isToldBehind(at(7))).isTrue();
    }

    @Test
    void lane_that_could_not_name_what_moved_is_unknown_until_its_next_read() {
        told.read(read(5));
        told.lost(LANE);
        assertThat(told.isToldBehind(at(9))).isFalse();
        told.read(read(8));
        assertThat(told.isToldBehind(at(9))).isTrue();
    }

    @Test
    void state_of_another_fork_is_not_known() {
        told.read(read(5));
        assertThat(told.isToldBehind(new LaneCursor(LANE, "other", 9))).isFalse();
    }

    /** Which of the two is the later one is told by the next read. */
    @Test
    void reads_of_two_forks_leave_the_lane_unknown() {
        told.read(read(LANE, "new", 2));
        told.read(read(5));
        assertThat(told.isToldBehind(at(9))).isFalse();
        assertThat(told.isToldBehind(new LaneCursor(LANE, "new", 9))).isFalse();
        told.read(read(LANE, "new", 3));
        assertThat(told.isToldBehind(new LaneCursor(LANE, "new", 3))).isTrue();
    }

    private static LaneCursor at(long laneSeq) {
        return new LaneCursor(LANE, "fork", laneSeq);
    }

    private static LaneRead read(long laneSeq) {
        return read(LANE, "fork", laneSeq);
    }

    private static LaneRead read(int lane, String fork, long laneSeq) {
        return new LaneRead(new LaneCursor(lane, fork, laneSeq), 0, 0);
    }
}
