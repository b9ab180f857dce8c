package dev.portcullis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StandstillTest {
    private static final long LONGEST_MS = 1_000;

    private long nanos = -5_000_000_000L;
    private final Standstill standstill = new Standstill(LONGEST_MS, () -> nanos);

    @Test
    void process_that_goes_on_has_not_stood_still() {
        assertThat(standstill.mayHaveHeld(nanos)).isFalse();
        for (int i = 0; i < 100; i++) {
            pass(LONGEST_MS);
            assertThat(standstill.mayHaveHeld(nanos)).isFalse();
            standstill.tick();
            assertThat(standstill.mayHaveHeld(nanos)).isFalse();
        }
    }

    @Test
    void what_is_read_before_the_first_tick_behind_a_standstill_may_have_waited() {
        pass(LONGEST_MS + 1);
        assertThat(standstill.mayHaveHeld(nanos)).isTrue();
    }

    @Test
    void what_is_read_within_a_moment_of_that_tick_may_have_waited_too() {
        pass(LONGEST_MS + 1);
        standstill.tick();
        pass(LONGEST_MS - 1);
        standstill.tick();
        assertThat(standstill.mayHaveHeld(nanos)).isTrue();
        pass(1);
        assertThat(standstill.mayHaveHeld(nanos)).isFalse();
    }

    @Test
    void what_was_read_before_a_standstill_may_have_waited_since_and_what_is_read_well_behind_it_has_not() {
        long before = nanos;
        pass(LONGEST_MS + 1);
        standstill.tick();
        pass(LONGEST_MS);
        standstill.tick();
        assertThat(standstill.mayHaveHeld(before)).isTrue();
        assertThat(standstill.mayHaveHeld(nanos)).isFalse();
    }

    private void pass(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
