package dev.portcullis.ratelimit.recent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisRecentItemStoreTest extends RecentItemStoreContract {
    private static RedisProcess redis;
    private static RedisConsole console;
    private static Vertx vertx;

    private final List<RedisStore> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        redis = RedisProcess.start();
        console = new RedisConsole(redis);
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
        redis.close();
    }

    @BeforeEach
    void empty() {
        console.ask("FLUSHALL");
    }

    @AfterEach
    void close() throws Exception {
        for (RedisStore each : opened) {
            each.close().await(30, TimeUnit.SECONDS);
        }
    }

    @Override
    RecentItemStore open(LongSupplier millis) throws Exception {
        return new RedisRecentItemStore(connect(), millis);
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
        String key = console.ask("EVAL", "return redis.call('KEYS', ARGV[1])[1]", "0", "pc:*:a");
        assertThat(Long.parseLong(console.ask("PTTL", key))).isBetween(290_000L, LENGTH);
        assertThat(Integer.parseInt(console.ask("STRLEN", key))).isEqualTo(20 * 17);
        assertThat(console.ask("GET", key)).doesNotContain("ann", "example");
    }

    @Test
    void set_whose_items_are_all_removed_is_gone() throws Exception {
        RecentItemStore store = open(clock::get);
        add(store, "x", set("a", 5));
        store.remove(List.of(set("a", 5)), "x").await(30, TimeUnit.SECONDS);
        assertThat(console.ask("DBSIZE")).isEqualTo("0");
    }

    @Test
    void wait_by_the_clock_of_redis_is_within_the_length() throws Exception {
        RecentItemStore store = new RedisRecentItemStore(connect());
        add(store, "x", set("a", 2));
        assertThat(add(store, "y", set("a", 2)).get(0)).isBetween(LENGTH - 40_000, LENGTH);
    }

    private RedisStore connect() throws Exception {
        RedisStore store = RedisStore.open(vertx, RedisConfig.at(redis.uri()), (operation, nanos) -> {})
                .await(30, TimeUnit.SECONDS);
        opened.add(store);
        return store;
    }
}
