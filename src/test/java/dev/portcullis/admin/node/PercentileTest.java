package dev.portcullis.admin.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.portcullis.audit.metrics.MeterValues.Durations;
import java.util.List;
import org.junit.jupiter.api.Test;

class PercentileTest {
    private static final List<Double> BOUNDS = List.of(0.001, 0.01, 0.1);

    @Test
    void nothing_new_is_zero() {
        assertThat(Percentile.ofNew(counted(5, 5, 5, 5), counted(5, 5, 5, 5), 0.99))
                .isZero();
        assertThat(Percentile.ofNew(Durations.NONE, Durations.NONE, 0.99)).isZero();
    }

    @Test
    void value_lies_within_its_bucket() {
        // 100 new ones: 90 within a millisecond, 10 within ten
        assertThat(Percentile.ofNew(counted(0, 0, 0, 0), counted(90, 100, 100, 100), 0.99))
                .isCloseTo(1 + 9 * 0.9, within(0.001));
        assertThat(Percentile.ofNew(counted(0, 0, 0, 0), counted(90, 100, 100, 100), 0.45))
                .isCloseTo(0.5, within(0.001));
    }

    @Test
    void only_what_was_counted_between_the_two_times_has_a_part() {
        assertThat(Percentile.ofNew(counted(0, 0, 1_000, 1_000), counted(10, 10, 1_010, 1_010), 0.99))
                .isLessThanOrEqualTo(1.0);
    }

    @Test
    void what_lies_beyond_the_last_bound_counts_as_that_bound() {
        assertThat(Percentile.ofNew(counted(0, 0, 0, 0), counted(0, 0, 0, 7), 0.99))
                .isEqualTo(100.0);
    }

    @Test
    void histogram_that_was_not_there_before_counts_from_zero() {
        assertThat(Percentile.ofNew(Durations.NONE, counted(10, 10, 10, 10), 0.5))
                .isCloseTo(0.5, within(0.001));
    }

    @Test
    void count_that_fell_began_again() {
        assertThat(Percentile.added(10, 15)).isEqualTo(5);
        assertThat(Percentile.added(10, 3)).isEqualTo(3);
    }

    private static Durations counted(double ms1, double ms10, double ms100, double all) {
        return new Durations(BOUNDS, List.of(ms1, ms10, ms100), all, 0);
    }
}
