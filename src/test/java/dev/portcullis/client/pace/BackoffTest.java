package dev.portcullis.client.pace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final long SEED = 20_261_120;

    @Test
    void ceiling_doubles_from_one_second_to_thirty() {
        Backoff backoff = new Backoff(Backoff.Bounds.DEFAULT, new Random(SEED));

        long[] ceilings = LongStream.range(0, 8)
                .map(attempt -> {
                    long ceiling = backoff.ceiling();
                    backoff.next();
                    return ceiling;
                })
                .toArray();

        assertThat(ceilings).containsExactly(1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000);
    }

    @Test
    void wait_is_random_up_to_the_ceiling() {
        Random random = new Random(SEED);
        LongStream waits = LongStream.range(0, 10_000).map(any -> new Backoff(Backoff.Bounds.DEFAULT, random).next());

        var spread = waits.summaryStatistics();

        assertThat(spread.getMin()).as("seed %d", SEED).isBetween(0L, 20L);
        assertThat(spread.getMax()).as("seed %d", SEED).isBetween(980L, 1_000L);
        assertThat(spread.getAverage()).as("seed %d", SEED).isBetween(450.0, 550.0);
    }

    @Test
    void many_attempts_do_not_overflow_the_last_ceiling() {
        Backoff backoff = new Backoff(new Backoff.Bounds(3_000_000, 3_600_000), new Random(SEED));

        assertThat(LongStream.range(0, 1_000).map(any -> backoff.next()))
                .allMatch(wait -> wait >= 0 && wait <= 3_600_000);
    }

    @Test
    void reset_backoff_starts_at_the_first_ceiling() {
        Backoff backoff = new Backoff(Backoff.Bounds.DEFAULT, new Random(SEED));
        backoff.next();
        backoff.next();

        backoff.reset();

        assertThat(backoff.ceiling()).isEqualTo(1_000);
    }

    @Test
    void invalid_bounds_are_refused() {
        assertThatThrownBy(() -> new Backoff.Bounds(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff.Bounds(5, 4)).isInstanceOf(IllegalArgumentException.class);
    }
}
