package dev.portcullis.uploads.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferPaceTest {
    private static final int LEAST = 32_768;
    private static final long STEP_MS = 100;
    private static final int SECOND = 10; // steps

    private final TransferPace pace = new TransferPace(new TransferConfig(30_000, LEAST, 10_000));

    @Test
    void client_that_moves_nothing_is_too_slow_after_the_time_it_may_be_behind() {
        wait(10 * SECOND);
        assertThat(pace.isTooSlow()).isFalse();

        wait(1);

        assertThat(pace.isTooSlow()).isTrue();
    }

    /** A kernel takes the next bytes only when a third of its buffer is free. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 8})
    void client_at_the_least_speed_is_never_too_slow_however_large_the_steps_are(int seconds) {
        for (int i = 0; i < 1_000; i++) {
            wait(seconds * SECOND);
            assertThat(pace.isTooSlow()).isFalse();
            pace.moved((long) seconds * LEAST);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {LEAST / 2, LEAST * 9 / 10})
    void client_below_the_least_speed_is_too_slow_in_the_end(int bytesPerSecond) {
        int seconds = 0;
        while (!pace.isTooSlow()) {
            wait(SECOND);
            pace.moved(bytesPerSecond);
            assertThat(++seconds).isLessThan(120);
        }
        assertThat(seconds).isGreaterThan(10);
    }

    @Test
    void what_the_kernel_takes_at_the_begin_saves_up_nothing() {
        pace.moved(8_000_000);

        wait(10 * SECOND + 1);

        assertThat(pace.isTooSlow()).isTrue();
    }

    @Test
    void process_that_stood_still_makes_no_client_too_slow() {
        pace.waited(TimeUnit.MINUTES.toNanos(10));

        assertThat(pace.isTooSlow()).isFalse();
        wait(9 * SECOND);
        assertThat(pace.isTooSlow()).isFalse();
    }

    @Test
    void client_that_moves_nothing_is_slow_after_four_seconds() {
        wait(4 * SECOND - 1);
        assertThat(pace.isSlow()).isFalse();

        wait(2);

        assertThat(pace.isSlow()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void client_at_the_least_speed_is_never_slow(int seconds) {
        for (int i = 0; i < 1_000; i++) {
            wait(seconds * SECOND);
            assertThat(pace.isSlow()).isFalse();
            pace.moved((long) seconds * LEAST);
        }
    }

    @Test
    void client_below_the_least_speed_is_slow_in_the_end_and_no_more_once_it_has_caught_up() {
        int seconds = 0;
        while (!pace.isSlow()) {
            wait(SECOND);
            pace.moved(LEAST * 9 / 10);
            assertThat(++seconds).isLessThan(120);
        }
        pace.moved(LEAST);
        assertThat(pace.isSlow()).isFalse();
    }

    @Test
    void client_that_progresses_well_is_not_slow_until_it_stops() {
        for (int i = 0; i < 60; i++) {
            wait(SECOND);
            pace.moved(4 * LEAST);
        }
        assertThat(pace.isSlow()).isFalse();
        assertThat(pace.bytesPerSecond()).isBetween(3.0 * LEAST, 5.0 * LEAST);

        wait(5 * SECOND);

        assertThat(pace.isSlow()).isTrue();
    }

    private void wait(int steps) {
        for (int i = 0; i < steps; i++) {
            pace.waited(TimeUnit.MILLISECONDS.toNanos(STEP_MS));
        }
    }
}
