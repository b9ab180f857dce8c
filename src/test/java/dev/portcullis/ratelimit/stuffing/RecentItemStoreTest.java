package dev.portcullis.ratelimit.stuffing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.ratelimit.stuffing.RecentItemStore.RecentSet;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.RedisRows;
import dev.portcullis.store.rows.RowKey;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentItemStoreTest {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private static final long LENGTH = 300_000;

    private final AtomicLong clock = new AtomicLong(1_780_000_000_000L);
    private final MemoryRowStore rows = new MemoryRowStore(clock::get);
    private final RecentItemStore store = new RecentItemStore(rows);

    @Test
    void set_is_full_with_its_last_item_until_the_first_is_too_old() throws Exception {
        for (int i = 0; i < 4; i++) {
            assertThat(add("i" + i, set("a", 5))).containsExactly(0L);
            clock.addAndGet(10_000);
        }
        assertThat(add("i4", set("a", 5))).containsExactly(LENGTH - 40_000);
        clock.addAndGet(LENGTH - 40_000 - 1);
        assertThat(add("i4", set("a", 5))).as("a moment too early").containsExactly(1L);
        clock.addAndGet(1);
        assertThat(add("i4", set("a", 5))).containsExactly(0L);
    }

    @Test
    void item_counts_once_however_often_it_comes_and_as_seen_last() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(add("same", set("a", 2))).containsExactly(0L);
            clock.addAndGet(10_000);
        }
        assertThat(add("other", set("a", 2)))
                .as("the first was seen ten seconds ago")
                .containsExactly(LENGTH - 10_000);
    }

    @Test
    void full_set_loses_the_item_seen_longest_ago() throws Exception {
        for (int i = 0; i < 100; i++) {
            add("i" + i, set("a", 3));
            clock.addAndGet(100);
        }
        assertThat(add("i98", set("a", 3)))
                .as("it is in the set, so none is lost for it")
                .containsExactly(LENGTH - 300);
        assertThat(add("i96", set("a", 3)))
                .as("it was lost, and takes the place of the oldest")
                .containsExactly(LENGTH - 100);
    }

    @Test
    void item_is_removed_from_its_sets_and_others_stay() throws Exception {
        add("x", set("a", 2), set("w", 2));
        add("y", set("a", 2), set("w", 2));
        assertThat(add("y", set("a", 2), set("w", 2))).doesNotContain(0L);
        remove("x", set("a", 2), set("w", 2));
        remove("never there", set("a", 2), set("w", 2));
        assertThat(add("y", set("a", 2), set("w", 2))).containsExactly(0L, 0L);
        assertThat(add("z", set("a", 2), set("w", 2))).doesNotContain(0L);
    }

    @Test
    void set_whose_items_are_all_removed_is_gone() throws Exception {
        add("x", set("a", 5));
        remove("x", set("a", 5));
        assertThat(rows.keysOf(RecentItemStore.TABLE)).isEmpty();
        remove("x", set("a", 5));
        assertThat(rows.keysOf(RecentItemStore.TABLE)).isEmpty();
    }

    @Test
    void network_fills_up_with_the_items_of_its_addresses() throws Exception {
        for (int i = 0; i < 7; i++) {
            assertThat(add("i" + i, set("a" + i, 4), set("w", 8))).containsExactly(0L, 0L);
        }
        assertThat(add("i7", set("a7", 4), set("w", 8))).containsExactly(0L, LENGTH);
    }

    /** One address alone does not get its whole network into trouble. */
    @Test
    void full_set_of_an_address_adds_nothing_to_that_of_its_network() throws Exception {
        assertThat(add("i0", set("a", 2), set("m", 8), set("w", 8))).containsExactly(0L, 0L, 0L);
        assertThat(add("i1", set("a", 2), set("m", 8), set("w", 8))).containsExactly(LENGTH, 0L, 0L);
        for (int i = 2; i < 50; i++) {
            assertThat(add("i" + i, set("a", 2), set("m", 8), set("w", 8))).containsExactly(LENGTH);
        }
        assertThat(add("i49", set("a", 2), set("m", 8), set("w", 8)))
                .as("it is no other")
                .containsExactly(LENGTH, 0L, 0L);
        for (int i = 0; i < 4; i++) {
            assertThat(add("j" + i, set("b" + i, 2), set("w", 8)))
                    .as("the network has i0, i1, i49 and those before")
                    .containsExactly(0L, 0L);
        }
        assertThat(add("j4", set("b4", 2), set("w", 8))).containsExactly(0L, LENGTH);
    }

    @Test
    void clock_that_ran_ahead_makes_no_set_last_longer_than_its_length() throws Exception {
        long noon = clock.get();
        clock.addAndGet(10 * LENGTH);
        add("x", set("a", 2));
        add("y", set("a", 2));
        clock.set(noon);
        assertThat(add("z", set("a", 2))).containsExactly(0L);
        clock.addAndGet(LENGTH - 1);
        assertThat(add("u", set("a", 2))).containsExactly(1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "{}", "[[]]", "[[\"a\",\"b\"]]"})
    void unreadable_set_fails_the_step(String row) {
        rows.set(Lanes.of("a"), RowKey.of(RecentItemStore.TABLE, "a"), row);
        assertThatThrownBy(() -> add("x", set("a", 3))).isInstanceOf(StoreFailure.class);
    }

    @Test
    void of_items_at_one_time_on_two_nodes_none_is_lost() throws Exception {
        List<RecentItemStore> nodes = List.of(inRedis(), inRedis());
        List<Future<List<Long>>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(nodes.get(i % 2).add(List.of(set("a", 60)), "i" + i));
        }
        int full = 0;
        for (Future<List<Long>> each : all) {
            full += each.await(30, TimeUnit.SECONDS).get(0) > 0 ? 1 : 0;
        }
        assertThat(full).isEqualTo(41);
    }

    @Test
    void set_in_redis_holds_hashes_alone_and_expires_with_its_last_item() throws Exception {
        RecentItemStore shared = inRedis();
        for (int i = 0; i < 500; i++) {
            clock.addAndGet(10);
            shared.add(List.of(set("a", 20)), "ann" + i + "@example.org").await(30, TimeUnit.SECONDS);
        }
        String key = REDIS.keyOf("pc:*:recent_items:a");
        assertThat(Long.parseLong(REDIS.ask("PTTL", key))).isBetween(290_000L, LENGTH);
        assertThat(Integer.parseInt(REDIS.ask("STRLEN", key))).isLessThanOrEqualTo(20 * 31 + 2);
        assertThat(REDIS.ask("GET", key)).doesNotContain("ann", "example");
    }

    @Test
    void item_that_is_added_takes_two_calls_and_a_removal_of_nothing_one() throws Exception {
        RedisStore redis = REDIS.open();
        RecentItemStore shared = new RecentItemStore(RedisRows.open(redis, clock::get));
        List<RecentSet> sets = List.of(set("a", 2), set("m", 4), set("w", 8));
        long before = redis.calls();
        shared.remove(sets, "x").await(30, TimeUnit.SECONDS);
        assertThat(redis.calls() - before).isEqualTo(1);
        shared.add(sets, "x").await(30, TimeUnit.SECONDS);
        assertThat(redis.calls() - before).isEqualTo(3);
    }

    private RecentItemStore inRedis() throws Exception {
        return new RecentItemStore(RedisRows.open(REDIS.open(), clock::get));
    }

    private static RecentSet set(String key, int max) {
        return new RecentSet(key, max, LENGTH);
    }

    private List<Long> add(String item, RecentSet... sets) throws Exception {
        return store.add(List.of(sets), item).await(30, TimeUnit.SECONDS);
    }

    private void remove(String item, RecentSet... sets) throws Exception {
        store.remove(List.of(sets), item).await(30, TimeUnit.SECONDS);
    }
}
