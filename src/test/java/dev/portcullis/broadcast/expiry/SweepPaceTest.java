package dev.portcullis.broadcast.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SweepPaceTest {
    private final SweepPace pace = new SweepPace();

    @Test
    void rest_is_as_long_as_the_part_took_within_bounds() {
        assertThat(after(0)).isEqualTo(1);
        assertThat(after(35)).isEqualTo(35);
        assertThat(after(60_000)).isEqualTo(500);
    }

    @Test
    void parts_grow_while_the_store_is_fast_up_to_a_bound() {
        assertThat(pace.size()).isEqualTo(SweepPace.FEWEST);
        after(5);
        assertThat(pace.size()).isEqualTo(2 * SweepPace.FEWEST);
        after(5);
        after(5);
        assertThat(pace.size()).isEqualTo(SweepPace.MOST);
    }

    @Test
    void parts_shrink_while_the_store_is_slow_and_stay_where_it_is_neither() {
        after(5);
        after(5);
        after(35);
        assertThat(pace.size()).isEqualTo(SweepPace.MOST);
        after(90);
        assertThat(pace.size()).isEqualTo(SweepPace.MOST / 2);
        after(90);
        after(90);
        assertThat(pace.size()).isEqualTo(SweepPace.FEWEST);
    }

    private long after(long ms) {
        return pace.restAfter(TimeUnit.MILLISECONDS.toNanos(ms));
    }
}
