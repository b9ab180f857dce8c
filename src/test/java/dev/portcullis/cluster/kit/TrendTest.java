package dev.portcullis.cluster.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TrendTest {
    @Test
    void quantity_that_stays_is_flat() {
        assertThat(Trend.of(LongStream.of(100, 104, 97, 101, 99, 103, 100, 98, 102))
                        .isFlat(0))
                .isTrue();
    }

    @Test
    void quantity_that_grows_until_a_third_of_the_run_is_flat() {
        assertThat(Trend.of(LongStream.of(10, 50, 90, 100, 100, 100, 100, 100, 100))
                        .isFlat(0))
                .isTrue();
    }

    @Test
    void quantity_that_grows_with_each_sample_is_not_flat() {
        assertThat(Trend.of(LongStream.rangeClosed(1, 60).map(i -> 1_000 + 10 * i))
                        .isFlat(0))
                .isFalse();
    }

    @Test
    void single_high_sample_is_no_growth() {
        assertThat(Trend.of(LongStream.of(100, 100, 100, 100, 100, 100, 100, 900, 100))
                        .isFlat(0))
                .isTrue();
    }

    @Test
    void growth_within_the_noise_is_flat() {
        Trend trend = Trend.of(LongStream.of(10, 10, 10, 10, 10, 10, 14, 14, 14));

        assertThat(trend).isEqualTo(new Trend(10, 14));
        assertThat(trend.isFlat(2)).isFalse();
        assertThat(trend.isFlat(3)).isTrue();
    }
}
