package dev.portcullis.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.client.bench.BenchReport.Spread;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class BenchCountersTest {
    private static final double NANOS_PER_MS = 1_000_000;

    @Test
    void percentiles_of_all_loops_are_within_a_thousandth_of_the_sorted_durations() {
        for (long seed = 1; seed <= 20; seed++) {
            long[] nanos = new Random(seed).longs(10_000, 0, 1L << 40).toArray();
            BenchCounters one = measuring();
            BenchCounters other = measuring();
            for (int i = 0; i < nanos.length; i++) {
                (i % 3 == 0 ? one : other).acked(0, nanos[i]);
            }
            Arrays.sort(nanos);

            Spread spread = Spread.of(BenchCounters.sum(List.of(one, other)).ack);
            assertThat(spread.count()).isEqualTo(nanos.length);
            assertClose(spread.p50(), nanos[nanos.length / 2 - 1], seed);
            assertClose(spread.p99(), nanos[nanos.length * 99 / 100 - 1], seed);
            assertClose(spread.max(), nanos[nanos.length - 1], seed);
        }
    }

    @Test
    void reasons_of_the_server_have_their_controls_escaped() {
        BenchCounters counters = measuring();

        counters.refused("\u001b[2J\u009b");

        assertThat(counters.refusals).containsOnlyKeys("\\u001b[2J\\u009b");
    }

    @Test
    void delivery_before_its_time_counts_as_immediate() {
        BenchCounters counters = measuring();

        counters.delivered(1_000, 999, false);

        assertThat(Spread.of(counters.delivery)).isEqualTo(new Spread(1, 0, 0, 0));
    }

    @Test
    void spread_of_nothing_is_zero() {
        assertThat(Spread.of(new BenchCounters().delivery)).isEqualTo(new Spread(0, 0, 0, 0));
    }

    private static BenchCounters measuring() {
        BenchCounters counters = new BenchCounters();
        counters.measure(0, Long.MAX_VALUE);
        return counters;
    }

    private static void assertClose(double ms, long exactNanos, long seed) {
        assertThat(ms).as("seed %d", seed).isCloseTo(exactNanos / NANOS_PER_MS, Percentage.withPercentage(0.1));
    }
}
