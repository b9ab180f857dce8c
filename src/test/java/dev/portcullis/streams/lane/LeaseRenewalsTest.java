package dev.portcullis.streams.lane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseRenewalsTest {
    private final LeaseRenewals renewals = new LeaseRenewals();

    @Test
    void renewal_is_found_by_its_store_time() {
        assertThat(renewals.startOf(0)).as("before the first renewal").isEmpty();
        renewals.note(1_000, -7);
        renewals.note(1_500, -3);
        assertThat(renewals.startOf(1_000)).hasValue(-7);
        assertThat(renewals.startOf(1_500)).hasValue(-3);
        assertThat(renewals.startOf(1_200)).isEmpty();
    }

    @Test
    void first_of_two_renewals_in_a_millisecond_is_found() {
        renewals.note(1_000, 5);
        renewals.note(1_000, 6);
        assertThat(renewals.startOf(1_000)).hasValue(5);
    }

    @Test
    void newest_sixty_four_renewals_are_kept() {
        for (int i = 1; i <= 1_000; i++) {
            renewals.note(i, 10L * i);
        }
        assertThat(renewals.startOf(936)).isEmpty();
        for (int i = 937; i <= 1_000; i++) {
            assertThat(renewals.startOf(i)).hasValue(10L * i);
        }
    }

    @Test
    void cleared_renewals_are_unknown() {
        renewals.note(1_000, 5);
        renewals.clear();
        assertThat(renewals.startOf(1_000)).isEmpty();
        renewals.note(2_000, 6);
        assertThat(renewals.startOf(2_000)).hasValue(6);
    }
}
