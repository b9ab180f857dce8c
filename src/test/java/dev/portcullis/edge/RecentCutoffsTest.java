package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.Cutoff;
import org.junit.jupiter.api.Test;

/** A session that is evicted while its connection is still being upgraded would else talk on, over the cap. */
class RecentCutoffsTest {
    private final RecentCutoffs cutoffs = new RecentCutoffs();

    @Test
    void a_session_cut_off_before_it_came_in_is_known_when_it_comes() {
        Cutoff evicted = new Cutoff("a", Cutoff.Cause.EVICTED);
        cutoffs.note(evicted, 1_000);
        assertThat(cutoffs.find("a")).contains(evicted);
        assertThat(cutoffs.find("b")).isEmpty();
    }

    @Test
    void one_is_forgotten_after_the_longest_arrival_and_not_before() {
        cutoffs.note(new Cutoff("a", Cutoff.Cause.SILENT), 1_000);
        cutoffs.note(new Cutoff("b", Cutoff.Cause.SILENT), 31_000);
        assertThat(cutoffs.find("a")).isPresent();
        cutoffs.note(new Cutoff("c", Cutoff.Cause.SILENT), 31_001);
        assertThat(cutoffs.find("a")).isEmpty();
        assertThat(cutoffs.find("b")).isPresent();
    }

    @Test
    void however_many_are_cut_off_only_the_latest_are_kept() {
        for (int i = 0; i <= 10_000; i++) {
            cutoffs.note(new Cutoff("s" + i, Cutoff.Cause.EVICTED), 1_000);
        }
        assertThat(cutoffs.find("s0")).isEmpty();
        assertThat(cutoffs.find("s10000")).isPresent();
    }
}
