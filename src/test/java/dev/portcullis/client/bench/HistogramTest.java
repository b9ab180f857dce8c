package dev.portcullis.client.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class HistogramTest {
    @Test
    void percentiles_are_within_one_percent_of_the_sorted_values() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            Histogram histogram = new Histogram();
            long[] values =
                    random.longs(10_000, 0, 1L << (10 + random.nextInt(45))).toArray();
            Arrays.stream(values).forEach(histogram::record);
            Arrays.sort(values);

            for (double share : new double[] {0.01, 0.5, 0.9, 0.99, 0.999, 1}) {
                long exact = values[(int) Math.ceil(share * values.length) - 1];
                assertThat((double) histogram.percentile(share))
                        .as("seed %d, share %s", seed, share)
                        .isCloseTo((double) exact, Percentage.withPercentage(1));
            }
            assertThat(histogram.max()).isEqualTo(values[values.length - 1]);
        }
    }

    @Test
    void small_values_and_the_largest_are_exact() {
        Histogram histogram = new Histogram();
        histogram.record(0);
        histogram.record(1);
        histogram.record(127);
        histogram.record(Long.MAX_VALUE);

        assertThat(histogram.percentile(0.25)).isZero();
        assertThat(histogram.percentile(0.5)).isEqualTo(1);
        assertThat(histogram.percentile(0.75)).isEqualTo(127);
        assertThat(histogram.percentile(1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void an_empty_one_says_nothing() {
        assertThat(new Histogram().percentile(0.99)).isZero();
    }

    @Test
    void two_added_count_as_one() {
        Histogram left = new Histogram();
        Histogram right = new Histogram();
        left.record(10);
        right.record(1_000_000);

        left.add(right);

        assertThat(left.count()).isEqualTo(2);
        assertThat(left.max()).isEqualTo(1_000_000);
        assertThat((double) left.percentile(1)).isCloseTo(1_000_000, within(10_000.0));
    }
}
