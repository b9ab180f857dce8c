package dev.portcullis.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimersInStepTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 249, 250, 251, 499, 500, 12_345})
    void periodic_timers_fire_at_multiples_of_their_period(long elapsed) {
        for (long period : new long[] {1, 31, 250, 500, 10_000}) {
            long first = TimersInStep.untilMultiple(elapsed, period);

            assertThat(first).isBetween(1L, period);
            assertThat((elapsed + first) % period).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 249, 250, 251, 499, 500, 12_345})
    void single_timer_fires_at_the_last_step_before_its_time(long elapsed) {
        long due = elapsed + TimersInStep.untilStepBefore(elapsed, 500);

        assertThat(due % 250).isZero();
        assertThat(due).isBetween(elapsed + 251, elapsed + 500);
        assertThat(TimersInStep.untilStepBefore(elapsed, 1)).isOne();
    }
}
