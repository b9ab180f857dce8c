package dev.portcullis.streams.lane;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeaseRenewalsTest {
    private final LeaseRenewals renewals = new LeaseRenewals();

    @Test
    void a_renewal_is_known_by_the_time_that_the_store_gave_it() {
        assertThat(renewals.startOf(0)).as("none was noted").isEmpty();
        renewals.note(1_000, -7);
        renewals.note(1_500, -3);
        assertThat(renewals.startOf(1_000)).hasValue(-7);
        assertThat(renewals.startOf(1_500)).hasValue(-3);
        assertThat(renewals.startOf(1_200)).isEmpty();
    }

    @Test
    void of_two_in_a_millisecond_the_first_is_meant() {
        renewals.note(1_000, 5);
        renewals.note(1_000, 6);
        assertThat(renewals.startOf(1_000)).hasValue(5);
    }

    @Test
    void the_newest_sixty_four_are_kept() {
        for (int i = 1; i <= 1_000; i++) {
            renewals.note(i, 10L * i);
        }
        assertThat(renewals.startOf(936)).isEmpty();
        for (int i = 937; i <= 1_000; i++) {
            assertThat(renewals.startOf(i)).hasValue(10L * i);
        }
    }

    @Test
    void those_of_a_former_life_are_unknown() {
        renewals.note(1_000, 5);
        renewals.clear();
        assertThat(renewals.startOf(1_000)).isEmpty();
        renewals.note(2_000, 6);
        assertThat(renewals.startOf(2_000)).hasValue(6);
    }
}
