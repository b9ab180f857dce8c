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
        assertThat(standstill.isJustOver()).isFalse();
        for (int i = 0; i < 100; i++) {
            pass(LONGEST_MS);
            assertThat(standstill.isJustOver()).isFalse();
            standstill.tick();
            assertThat(standstill.isJustOver()).isFalse();
        }
    }

    @Test
    void what_is_read_before_the_first_tick_behind_a_standstill_may_have_waited() {
        pass(LONGEST_MS + 1);
        assertThat(standstill.isJustOver()).isTrue();
    }

    @Test
    void what_is_read_within_a_moment_of_that_tick_may_have_waited_too() {
        pass(LONGEST_MS + 1);
        standstill.tick();
        pass(LONGEST_MS - 1);
        standstill.tick();
        assertThat(standstill.isJustOver()).isTrue();
        pass(1);
        assertThat(standstill.isJustOver()).isFalse();
    }

    private void pass(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }
}
