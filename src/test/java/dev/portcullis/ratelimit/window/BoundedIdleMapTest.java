package dev.portcullis.ratelimit.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedIdleMapTest {
    private final BoundedIdleMap<AtomicInteger> map = new BoundedIdleMap<>(3, (state, now) -> state.get() == 0);

    @Test
    void new_key_replaces_the_longest_idle_one() {
        make("a", 0);
        make("b", 0);
        make("c", 0);
        map.find("a");

        assertThat(map.hasRoomFor(List.of("d"), 0)).isTrue();
        assertThat(map.find("b")).isEmpty();
        assertThat(map.find("a")).isPresent();
    }

    @Test
    void state_that_still_counts_is_never_evicted() {
        make("a", 1);
        make("b", 1);
        make("c", 1);

        assertThat(map.hasRoomFor(List.of("d"), 0)).isFalse();
        assertThat(map.hasRoomFor(List.of("a"), 0)).isTrue();
        assertThat(map.size()).isEqualTo(3);
    }

    @Test
    void known_key_is_not_evicted_for_another_key_of_the_same_call() {
        make("wide", 0);
        make("b", 0);
        make("c", 1);

        assertThat(map.hasRoomFor(List.of("narrow", "wide"), 0)).isTrue();
        assertThat(map.find("wide")).isPresent();
        assertThat(map.find("b")).isEmpty();
    }

    @Test
    void room_is_made_by_forgetting_the_key_used_longest_ago() {
        make("wide", 1);
        make("b", 1);
        make("c", 1);

        map.makeRoomFor(List.of("narrow", "wide"));
        make("narrow", 1);

        assertThat(map.find("b")).isEmpty();
        assertThat(map.find("c")).isPresent();
        assertThat(map.find("wide")).isPresent();
        assertThat(map.size()).isEqualTo(3);
    }

    @Test
    void sweep_removes_at_most_its_limit() {
        make("a", 0);
        make("b", 0);
        make("c", 0);

        map.sweep(0, 2);

        assertThat(map.size()).isEqualTo(1);
    }

    private void make(String key, int value) {
        map.make(key, () -> new AtomicInteger(value));
    }
}
