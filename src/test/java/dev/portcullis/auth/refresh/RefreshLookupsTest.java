package dev.portcullis.auth.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.refresh.RefreshLookups.Lookup;
import org.junit.jupiter.api.Test;

class RefreshLookupsTest {
    private static final long T = 1_795_132_800_000L;
    private static final long TEN_MINUTES = 600_000;

    private final RefreshLookups lookups = new RefreshLookups(3);

    private int due(String sid, int asked, long now) {
        int due = 0;
        for (int each = 0; each < asked; each++) {
            due += lookups.take(sid, now) == Lookup.DUE ? 1 : 0;
        }
        return due;
    }

    @Test
    void login_has_a_burst_and_then_one_look_up_in_a_second() {
        assertThat(due("ann", 300, T)).isEqualTo(RefreshLookups.BURST);
        assertThat(lookups.take("ann", T)).isEqualTo(Lookup.TOO_OFTEN);
        assertThat(due("ann", 5, T + RefreshLookups.EACH_MS)).isEqualTo(1);
        assertThat(due("ann", 300, T + RefreshLookups.EACH_MS * 11)).isEqualTo(10);
        assertThat(due("bob", 1, T)).as("another login").isEqualTo(1);
    }

    @Test
    void login_that_is_over_stays_over_for_a_while_whatever_it_asks() {
        lookups.over("ann", T);
        assertThat(lookups.take("ann", T)).isEqualTo(Lookup.OVER);
        assertThat(lookups.take("ann", T + TEN_MINUTES - 1)).isEqualTo(Lookup.OVER);
        assertThat(lookups.take("ann", T + TEN_MINUTES)).isEqualTo(Lookup.DUE);
    }

    @Test
    void login_that_asked_longest_ago_is_forgotten_first() {
        lookups.over("one", T);
        lookups.over("two", T);
        lookups.take("three", T);
        lookups.take("one", T);
        lookups.take("four", T);
        assertThat(lookups.take("one", T)).isEqualTo(Lookup.OVER);
        assertThat(lookups.take("two", T)).isEqualTo(Lookup.DUE);
    }

    @Test
    void clock_that_was_set_back_keeps_a_login_waiting_for_no_more_than_a_second() {
        due("ann", RefreshLookups.BURST, T);
        assertThat(lookups.take("ann", T - 3_600_000)).isEqualTo(Lookup.TOO_OFTEN);
        assertThat(lookups.take("ann", T - 3_600_000 + RefreshLookups.EACH_MS)).isEqualTo(Lookup.DUE);
    }
}
