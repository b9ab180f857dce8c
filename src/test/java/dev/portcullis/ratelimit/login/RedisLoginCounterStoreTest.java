package dev.portcullis.ratelimit.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.redis.RedisStores;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedisLoginCounterStoreTest extends LoginCounterStoreContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    @Override
    LoginCounterStore open(LongSupplier millis) throws Exception {
        return new RedisLoginCounterStore(REDIS.open(), millis);
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
        String key = REDIS.keyOf("pc:*:l:a");
        assertThat(Long.parseLong(REDIS.ask("PTTL", key))).isBetween(890_000L, 900_000L);
        assertThat(Integer.parseInt(REDIS.ask("STRLEN", key))).isLessThanOrEqualTo(901 * 10);
    }

    @Test
    void wait_by_the_clock_of_redis_is_within_fifteen_minutes() throws Exception {
        LoginCounterStore store = new RedisLoginCounterStore(REDIS.open());
        count(store, address("a", 1));
        assertThat(count(store, address("a", 1))).isBetween(860_000L, 900_000L);
    }
}
