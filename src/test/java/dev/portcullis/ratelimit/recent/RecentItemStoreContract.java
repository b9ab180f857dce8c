package dev.portcullis.ratelimit.recent;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every {@link RecentItemStore}. */
abstract class RecentItemStoreContract {
    static final long NOON = 1_780_000_000_000L;
    static final long LENGTH = 300_000;

    final AtomicLong clock = new AtomicLong(NOON);

    abstract RecentItemStore open(LongSupplier millis) throws Exception;

    @Test
    void set_is_full_with_its_last_item_until_the_first_is_too_old() throws Exception {
        RecentItemStore store = open(clock::get);
        for (int i = 0; i < 4; i++) {
            assertThat(add(store, "i" + i, set("a", 5))).containsExactly(0L);
            clock.addAndGet(10_000);
        }
        assertThat(add(store, "i4", set("a", 5))).containsExactly(LENGTH - 40_000);
        clock.addAndGet(LENGTH - 40_000 - 1);
        assertThat(add(store, "i4", set("a", 5))).as("a moment too early").containsExactly(1L);
        clock.addAndGet(1);
        assertThat(add(store, "i4", set("a", 5))).containsExactly(0L);
    }

    @Test
    void item_counts_once_however_often_it_comes_and_as_seen_last() throws Exception {
        RecentItemStore store = open(clock::get);
        for (int i = 0; i < 50; i++) {
            assertThat(add(store, "same", set("a", 2))).containsExactly(0L);
            clock.addAndGet(10_000);
        }
        assertThat(add(store, "other", set("a", 2)))
                .as("the first was seen ten seconds ago")
                .containsExactly(LENGTH - 10_000);
    }

    @Test
    void full_set_loses_the_item_seen_longest_ago() throws Exception {
        RecentItemStore store = open(clock::get);
        for (int i = 0; i < 100; i++) {
            add(store, "i" + i, set("a", 3));
            clock.addAndGet(100);
        }
        assertThat(IntStream.range(0, 100).filter(i -> has(store, "i" + i, set("a", 3))))
                .containsExactly(97, 98, 99);
        assertThat(add(store, "i100", set("a", 3))).containsExactly(LENGTH - 200);
    }

    @Test
    void item_is_removed_from_its_sets_and_others_stay() throws Exception {
        RecentItemStore store = open(clock::get);
        add(store, "x", set("a", 2), set("w", 2));
        add(store, "y", set("a", 2), set("w", 2));
        assertThat(add(store, "y", set("a", 2), set("w", 2))).doesNotContain(0L);
        store.remove(List.of(set("a", 2), set("w", 2)), "x").await(30, TimeUnit.SECONDS);
        store.remove(List.of(set("a", 2), set("w", 2)), "never there").await(30, TimeUnit.SECONDS);
        assertThat(has(store, "x", set("w", 2))).isFalse();
        assertThat(has(store, "y", set("w", 2))).isTrue();
        assertThat(add(store, "y", set("a", 2), set("w", 2))).containsExactly(0L, 0L);
        assertThat(add(store, "z", set("a", 2), set("w", 2))).doesNotContain(0L);
    }

    @Test
    void set_is_cleared_and_others_stay() throws Exception {
        RecentItemStore store = open(clock::get);
        add(store, "x", set("a", 2));
        add(store, "y", set("a", 2));
        add(store, "x", set("b", 2));
        store.clear(set("a", 2)).await(30, TimeUnit.SECONDS);
        store.clear(set("never there", 2)).await(30, TimeUnit.SECONDS);
        assertThat(has(store, "x", set("a", 2))).isFalse();
        assertThat(has(store, "y", set("a", 2))).isFalse();
        assertThat(has(store, "x", set("b", 2))).isTrue();
        assertThat(add(store, "z", set("a", 2))).containsExactly(0L);
    }

    @Test
    void item_is_there_until_it_is_too_old_and_in_no_other_set() throws Exception {
        RecentItemStore store = open(clock::get);
        assertThat(has(store, "x", set("a", 2))).isFalse();
        add(store, "x", set("a", 2));
        clock.addAndGet(LENGTH - 1);
        assertThat(has(store, "x", set("a", 2))).isTrue();
        assertThat(has(store, "y", set("a", 2))).isFalse();
        assertThat(has(store, "x", set("b", 2))).isFalse();
        clock.addAndGet(1);
        assertThat(has(store, "x", set("a", 2))).isFalse();
    }

    @Test
    void network_fills_up_with_the_items_of_its_addresses() throws Exception {
        RecentItemStore store = open(clock::get);
        for (int i = 0; i < 7; i++) {
            assertThat(add(store, "i" + i, set("a" + i, 4), set("w", 8))).containsExactly(0L, 0L);
        }
        assertThat(add(store, "i7", set("a7", 4), set("w", 8))).containsExactly(0L, LENGTH);
    }

    /** One address alone does not get its whole network into trouble. */
    @Test
    void full_set_of_an_address_adds_nothing_to_that_of_its_network() throws Exception {
        RecentItemStore store = open(clock::get);
        assertThat(add(store, "i0", set("a", 2), set("m", 8), set("w", 8))).containsExactly(0L, 0L, 0L);
        assertThat(add(store, "i1", set("a", 2), set("m", 8), set("w", 8))).containsExactly(LENGTH, 0L, 0L);
        for (int i = 2; i < 50; i++) {
            assertThat(add(store, "i" + i, set("a", 2), set("m", 8), set("w", 8)))
                    .containsExactly(LENGTH);
        }
        assertThat(has(store, "i49", set("m", 8))).isFalse();
        assertThat(has(store, "i1", set("w", 8))).isTrue();
        assertThat(add(store, "i49", set("a", 2), set("m", 8), set("w", 8)))
                .as("it is no other")
                .containsExactly(LENGTH, 0L, 0L);
    }

    @Test
    void clock_that_ran_ahead_makes_no_set_last_longer_than_its_length() throws Exception {
        RecentItemStore store = open(clock::get);
        clock.addAndGet(10 * LENGTH);
        add(store, "x", set("a", 2));
        add(store, "y", set("a", 2));
        clock.set(NOON);
        assertThat(has(store, "x", set("a", 2))).isFalse();
        assertThat(add(store, "z", set("a", 2))).containsExactly(0L);
        clock.addAndGet(LENGTH - 1);
        assertThat(has(store, "z", set("a", 2))).isTrue();
        assertThat(has(store, "x", set("a", 2))).isFalse();
    }

    @Test
    void of_items_at_one_time_none_is_lost() throws Exception {
        RecentItemStore store = open(clock::get);
        List<Future<List<Long>>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(store.add(List.of(set("a", 60)), "i" + i));
        }
        int full = 0;
        for (Future<List<Long>> each : all) {
            full += each.await(30, TimeUnit.SECONDS).get(0) > 0 ? 1 : 0;
        }
        assertThat(full).isEqualTo(41);
    }

    static RecentSet set(String key, int max) {
        return new RecentSet(key, max, LENGTH);
    }

    static List<Long> add(RecentItemStore store, String item, RecentSet... sets) throws Exception {
        return store.add(List.of(sets), item).await(30, TimeUnit.SECONDS);
    }

    static boolean has(RecentItemStore store, String item, RecentSet set) {
        try {
            return store.has(set, item).await(30, TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }
}
