package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LaneSeqTrackerTest {
    private final LaneSeqTracker laneSeqs = new LaneSeqTracker();

    @Test
    void announced_lane_seq_is_behind_until_it_is_seen() {
        assertThat(laneSeqs.announce(7)).isTrue();
        assertThat(laneSeqs.isBehind()).isTrue();
        laneSeqs.advanceTo(7);
        assertThat(laneSeqs.isBehind()).isFalse();
    }

    @Test
    void announcement_of_a_seen_lane_seq_is_not_new() {
        laneSeqs.advanceTo(7);
        assertThat(laneSeqs.announce(7)).isFalse();
        assertThat(laneSeqs.announce(6)).isFalse();
        assertThat(laneSeqs.isBehind()).isFalse();
        assertThat(laneSeqs.announce(8)).isTrue();
    }

    @Test
    void read_covers_all_that_was_announced_before_it_began() {
        laneSeqs.announceUnknown();
        laneSeqs.startRead();
        laneSeqs.readDone(5, false);
        assertThat(laneSeqs.isBehind()).isFalse();
    }

    /** The read may have run before that append. */
    @Test
    void announcement_during_a_read_is_not_covered_by_it() {
        laneSeqs.announceUnknown();
        laneSeqs.startRead();
        laneSeqs.announce(9);
        laneSeqs.readDone(5, false);
        assertThat(laneSeqs.isBehind()).isTrue();
    }

    @Test
    void announcement_during_a_read_that_saw_it_is_covered() {
        laneSeqs.announce(5);
        laneSeqs.startRead();
        laneSeqs.announce(9);
        laneSeqs.readDone(9, false);
        assertThat(laneSeqs.isBehind()).isFalse();
    }

    @Test
    void unknown_announcement_during_a_read_is_not_covered_by_it() {
        laneSeqs.announce(5);
        laneSeqs.startRead();
        laneSeqs.announceUnknown();
        laneSeqs.readDone(9, false);
        assertThat(laneSeqs.isBehind()).isTrue();
    }

    @Test
    void failed_read_covers_nothing() {
        laneSeqs.announce(9);
        laneSeqs.startRead();
        laneSeqs.announce(6);
        laneSeqs.readFailed();
        laneSeqs.advanceTo(6);
        assertThat(laneSeqs.isBehind()).isTrue();
    }

    @Test
    void after_a_fork_lower_lane_seqs_are_new() {
        laneSeqs.advanceTo(900);
        laneSeqs.startRead();
        laneSeqs.readDone(3, true);
        assertThat(laneSeqs.announce(4)).isTrue();
    }
}
