package dev.portcullis.streams.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LaneSeqTrackerTest {
    private final LaneSeqTracker laneSeqs = new LaneSeqTracker();

    @Test
    void a_turn_that_was_told_is_due_until_it_is_met() {
        assertThat(laneSeqs.announce(7)).isTrue();
        assertThat(laneSeqs.isBehind()).isTrue();
        laneSeqs.advanceTo(7);
        assertThat(laneSeqs.isBehind()).isFalse();
    }

    @Test
    void a_turn_that_was_met_is_no_news() {
        laneSeqs.advanceTo(7);
        assertThat(laneSeqs.announce(7)).isFalse();
        assertThat(laneSeqs.announce(6)).isFalse();
        assertThat(laneSeqs.isBehind()).isFalse();
        assertThat(laneSeqs.announce(8)).isTrue();
    }

    @Test
    void a_read_answers_all_that_was_told_before_it_began() {
        laneSeqs.announceUnknown();
        laneSeqs.startRead();
        laneSeqs.readDone(5, false);
        assertThat(laneSeqs.isBehind()).isFalse();
    }

    /** The read may have run before that turn. */
    @Test
    void what_is_told_during_a_read_stays_due() {
        laneSeqs.announceUnknown();
        laneSeqs.startRead();
        laneSeqs.announce(9);
        laneSeqs.readDone(5, false);
        assertThat(laneSeqs.isBehind()).isTrue();
    }

    @Test
    void what_a_read_has_seen_too_is_not_due() {
        laneSeqs.announce(5);
        laneSeqs.startRead();
        laneSeqs.announce(9);
        laneSeqs.readDone(9, false);
        assertThat(laneSeqs.isBehind()).isFalse();
    }

    @Test
    void a_doubt_that_comes_during_a_read_stays() {
        laneSeqs.announce(5);
        laneSeqs.startRead();
        laneSeqs.announceUnknown();
        laneSeqs.readDone(9, false);
        assertThat(laneSeqs.isBehind()).isTrue();
    }

    @Test
    void a_read_that_failed_has_answered_nothing() {
        laneSeqs.announce(9);
        laneSeqs.startRead();
        laneSeqs.announce(6);
        laneSeqs.readFailed();
        laneSeqs.advanceTo(6);
        assertThat(laneSeqs.isBehind()).isTrue();
    }

    @Test
    void after_a_fork_turns_count_anew() {
        laneSeqs.advanceTo(900);
        laneSeqs.startRead();
        laneSeqs.readDone(3, true);
        assertThat(laneSeqs.announce(4)).isTrue();
    }
}
