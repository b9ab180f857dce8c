package dev.portcullis.ratelimit.login;

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

class RedisLoginCounterStoreTest extends LoginCounterStoreContract {
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
    LoginCounterStore open(LongSupplier millis) throws Exception {
        return new RedisLoginCounterStore(connect(), millis);
    }

    @Test
    void address_on_two_nodes_has_one_limit() throws Exception {
        LoginCounterStore one = open(clock::get);
        LoginCounterStore other = open(clock::get);
        assertThat(count(one, address("a", 2))).isZero();
        assertThat(count(other, address("a", 2))).isZero();
        assertThat(count(one, address("a", 2))).isEqualTo(900_000);
        assertThat(count(other, address("a", 2))).isEqualTo(900_000);
    }

    @Test
    void window_expires_when_nothing_counts_and_stays_small() throws Exception {
        LoginCounterStore store = open(clock::get);
        for (int i = 0; i < 3_000; i++) {
            clock.addAndGet(400);
            count(store, address("a", 100_000));
        }
        String key = console.ask("EVAL", "return redis.call('KEYS', ARGV[1])[1]", "0", "pc:*:l:a");
        assertThat(Long.parseLong(console.ask("PTTL", key))).isBetween(890_000L, 900_000L);
        assertThat(Integer.parseInt(console.ask("STRLEN", key))).isLessThanOrEqualTo(901 * 10);
    }

    @Test
    void wait_by_the_clock_of_redis_is_within_fifteen_minutes() throws Exception {
        LoginCounterStore store = new RedisLoginCounterStore(connect());
        count(store, address("a", 1));
        assertThat(count(store, address("a", 1))).isBetween(860_000L, 900_000L);
    }

    private RedisStore connect() throws Exception {
        RedisStore store = RedisStore.open(vertx, RedisConfig.at(redis.uri()), (operation, nanos) -> {})
                .await(30, TimeUnit.SECONDS);
        opened.add(store);
        return store;
    }
}
