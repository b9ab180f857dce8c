package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.revocation.Cutoff;
import dev.portcullis.auth.revocation.Cutoff.Cause;
import dev.portcullis.edge.session.RecentCutoffs.TimedCutoff;
import org.junit.jupiter.api.Test;

/** A session that is evicted while its connection is still being upgraded would else talk on, over the cap. */
class RecentCutoffsTest {
    private static final int LANE = 17;
    private final RecentCutoffs cutoffs = new RecentCutoffs(10_000);

    @Test
    void a_session_cut_off_before_it_came_in_is_known_when_it_comes() {
        note("a", 1_000);
        assertThat(cutoffs.find("a")).contains(new TimedCutoff(new Cutoff("a", Cause.EVICTED), LANE, 7));
        assertThat(cutoffs.find("b")).isEmpty();
    }

    @Test
    void one_is_forgotten_when_no_stopped_node_can_hold_its_session_any_more_and_not_before() {
        note("a", 1_000);
        note("b", 61_000);
        assertThat(cutoffs.find("a")).isPresent();
        note("c", 61_001);
        assertThat(cutoffs.find("a")).isEmpty();
        assertThat(cutoffs.find("b")).isPresent();
    }

    /** A fork concerns one lane. */
    @Test
    void those_of_another_lane_are_not_said_again() {
        note("a", 1_000);
        assertThat(cutoffs.newestFirst(LANE + 1, 1_000)).isEmpty();
    }

    @Test
    void what_is_said_twice_is_kept_once() {
        note("a", 1_000);
        note("a", 50_000);
        note("b", 61_001);
        assertThat(cutoffs.newestFirst(LANE, 61_001))
                .containsExactly(new Cutoff("b", Cause.EVICTED), new Cutoff("a", Cause.EVICTED));
        note("b", 110_001);
        assertThat(cutoffs.find("a")).isEmpty();
        assertThat(cutoffs.newestFirst(LANE, 110_001)).containsExactly(new Cutoff("b", Cause.EVICTED));
    }

    /** On a quiet site nothing ages them out; a store that lost its memory has all of them said again. */
    @Test
    void one_that_is_said_again_after_a_long_silence_is_known_anew() {
        note("a", 1_000);
        assertThat(cutoffs.newestFirst(LANE, 1_000_000)).isEmpty();
        note("a", 1_000_000);
        assertThat(cutoffs.find("a")).isPresent();
        assertThat(cutoffs.newestFirst(LANE, 1_000_000)).containsExactly(new Cutoff("a", Cause.EVICTED));
    }

    @Test
    void no_flood_of_cut_offs_fills_the_memory() {
        for (int i = 0; i < 20_000; i++) {
            note("s" + i, 1_000);
        }
        assertThat(cutoffs.find("s9999")).isEmpty();
        assertThat(cutoffs.find("s10000")).isPresent();
        assertThat(cutoffs.newestFirst(LANE, 1_000)).hasSize(10_000).startsWith(new Cutoff("s19999", Cause.EVICTED));
    }

    private void note(String sessionId, long now) {
        cutoffs.note(new TimedCutoff(new Cutoff(sessionId, Cause.EVICTED), LANE, 7), now);
    }
}
