package dev.portcullis.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedIdleMapTest {
    private final BoundedIdleMap<AtomicInteger> tracked = new BoundedIdleMap<>(3, (state, now) -> state.get() == 0);

    @Test
    void a_newcomer_takes_the_place_of_the_longest_idle() {
        make("a", 0);
        make("b", 0);
        make("c", 0);
        tracked.find("a");

        assertThat(tracked.hasRoomFor(List.of("d"), 0)).isTrue();
        assertThat(tracked.find("b")).isEmpty();
        assertThat(tracked.find("a")).isPresent();
    }

    @Test
    void what_still_counts_is_never_pushed_out() {
        make("a", 1);
        make("b", 1);
        make("c", 1);

        assertThat(tracked.hasRoomFor(List.of("d"), 0)).isFalse();
        assertThat(tracked.hasRoomFor(List.of("a"), 0)).isTrue();
        assertThat(tracked.size()).isEqualTo(3);
    }

    @Test
    void a_known_key_does_not_make_way_for_the_other_one_it_comes_with() {
        make("wide", 0);
        make("b", 0);
        make("c", 1);

        assertThat(tracked.hasRoomFor(List.of("narrow", "wide"), 0)).isTrue();
        assertThat(tracked.find("wide")).isPresent();
        assertThat(tracked.find("b")).isEmpty();
    }

    @Test
    void a_sweep_takes_no_more_than_it_may() {
        make("a", 0);
        make("b", 0);
        make("c", 0);

        tracked.sweep(0, 2);

        assertThat(tracked.size()).isEqualTo(1);
    }

    private void make(String key, int value) {
        tracked.make(key, () -> new AtomicInteger(value));
    }
}
