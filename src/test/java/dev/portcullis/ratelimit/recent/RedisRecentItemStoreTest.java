package dev.portcullis.ratelimit.recent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.redis.RedisStores;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisRecentItemStoreTest extends RecentItemStoreContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    @Override
    RecentItemStore open(LongSupplier millis) throws Exception {
        return new RedisRecentItemStore(REDIS.open(), millis);
    }

    @Test
    void two_nodes_share_a_set() throws Exception {
        RecentItemStore one = open(clock::get);
        RecentItemStore other = open(clock::get);
        assertThat(add(one, "x", set("a", 2))).containsExactly(0L);
        assertThat(add(other, "y", set("a", 2))).containsExactly(LENGTH);
        assertThat(has(one, "y", set("a", 2))).isTrue();
    }

    @Test
    void set_holds_hashes_alone_and_expires_with_its_last_item() throws Exception {
        RecentItemStore store = open(clock::get);
        for (int i = 0; i < 500; i++) {
            clock.addAndGet(10);
            add(store, "ann" + i + "@example.org", set("a", 20));
        }
        String key = REDIS.keyOf("pc:*:a");
        assertThat(Long.parseLong(REDIS.ask("PTTL", key))).isBetween(290_000L, LENGTH);
        assertThat(Integer.parseInt(REDIS.ask("STRLEN", key))).isEqualTo(20 * 17);
        assertThat(REDIS.ask("GET", key)).doesNotContain("ann", "example");
    }

    @Test
    void set_whose_items_are_all_removed_is_gone() throws Exception {
        RecentItemStore store = open(clock::get);
        add(store, "x", set("a", 5));
        store.remove(List.of(set("a", 5)), "x").await(30, TimeUnit.SECONDS);
        assertThat(REDIS.ask("DBSIZE")).isEqualTo("0");
    }

    @Test
    void wait_by_the_clock_of_redis_is_within_the_length() throws Exception {
        RecentItemStore store = new RedisRecentItemStore(REDIS.open());
        add(store, "x", set("a", 2));
        assertThat(add(store, "y", set("a", 2)).get(0)).isBetween(LENGTH - 40_000, LENGTH);
    }
}
