package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.revocation.Cutoff;
import dev.portcullis.auth.revocation.Cutoff.Cause;
import dev.portcullis.edge.session.RecentCutoffs.TimedCutoff;
import org.junit.jupiter.api.Test;

/** Without this check, a session that is evicted during the upgrade of its connection stays open over the cap. */
class RecentCutoffsTest {
    private static final int LANE = 17;
    private final RecentCutoffs cutoffs = new RecentCutoffs(10_000);

    @Test
    void cut_off_of_a_session_is_found_by_its_id() {
        add("a", 1_000);
        assertThat(cutoffs.find("a")).contains(new TimedCutoff(new Cutoff("a", Cause.EVICTED), LANE, 7));
        assertThat(cutoffs.find("b")).isEmpty();
    }

    @Test
    void cut_off_is_kept_for_a_minute_and_no_longer() {
        add("a", 1_000);
        add("b", 61_000);
        assertThat(cutoffs.find("a")).isPresent();
        add("c", 61_001);
        assertThat(cutoffs.find("a")).isEmpty();
        assertThat(cutoffs.find("b")).isPresent();
    }

    /** A fork affects one lane. */
    @Test
    void cut_offs_of_another_lane_are_left_out() {
        add("a", 1_000);
        assertThat(cutoffs.newestFirst(LANE + 1, 1_000)).isEmpty();
    }

    @Test
    void repeated_cut_off_is_kept_once_and_counts_as_new() {
        add("a", 1_000);
        add("a", 50_000);
        add("b", 61_001);
        assertThat(cutoffs.newestFirst(LANE, 61_001))
                .containsExactly(new Cutoff("b", Cause.EVICTED), new Cutoff("a", Cause.EVICTED));
        add("b", 110_001);
        assertThat(cutoffs.find("a")).isEmpty();
        assertThat(cutoffs.newestFirst(LANE, 110_001)).containsExactly(new Cutoff("b", Cause.EVICTED));
    }

    /** On an idle site no new cut-off removes the old ones; a store that lost its data gets all of them again. */
    @Test
    void expired_cut_off_that_is_repeated_is_found_again() {
        add("a", 1_000);
        assertThat(cutoffs.newestFirst(LANE, 1_000_000)).isEmpty();
        add("a", 1_000_000);
        assertThat(cutoffs.find("a")).isPresent();
        assertThat(cutoffs.newestFirst(LANE, 1_000_000)).containsExactly(new Cutoff("a", Cause.EVICTED));
    }

    @Test
    void number_of_cut_offs_is_bounded() {
        for (int i = 0; i < 20_000; i++) {
            add("s" + i, 1_000);
        }
        assertThat(cutoffs.find("s9999")).isEmpty();
        assertThat(cutoffs.find("s10000")).isPresent();
        assertThat(cutoffs.newestFirst(LANE, 1_000)).hasSize(10_000).startsWith(new Cutoff("s19999", Cause.EVICTED));
    }

    private void add(String sessionId, long now) {
        cutoffs.add(new TimedCutoff(new Cutoff(sessionId, Cause.EVICTED), LANE, 7), now);
    }
}
