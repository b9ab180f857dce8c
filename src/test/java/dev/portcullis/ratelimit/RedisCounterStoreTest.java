package dev.portcullis.ratelimit;

import static dev.portcullis.protocol.FrameType.CHAT;
import static dev.portcullis.protocol.FrameType.JOIN;
import static dev.portcullis.protocol.FrameType.READ;
import static dev.portcullis.protocol.Rejection.Scope.USER;
import static dev.portcullis.protocol.Rejection.Window.BURST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisCounterStoreTest extends CounterStoreContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    @Override
    CounterStore open(Live<RateLimitConfig> config, LongSupplier millis) throws Exception {
        return new RedisCounterStore(REDIS.open(), config, millis);
    }

    @Test
    void wait_by_the_clock_of_redis_is_within_a_minute() throws Exception {
        CounterStore store =
                new RedisCounterStore(REDIS.open(), Live.fixed(LimitFixture.config("{\"actions\": {\"read\": 1}}")));
        admit(store, "ada", READ);

        assertThat(LimitFixture.limitOf(admit(store, "ada", READ)).orElseThrow().retryAfterMs())
                .isBetween(30_000L, 60_000L);
    }

    @Test
    void user_on_two_nodes_has_one_limit() throws Exception {
        CounterStore one = open("{}");
        CounterStore other = open("{}");
        fill(one, "ada", 5);
        fill(other, "ada", 5);

        assertThat(admit(one, "ada", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
        assertThat(admit(other, "ada", CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
    }

    /** As those of many clients whose frames come at once. */
    @Test
    void attempts_of_one_turn_are_one_call_and_none_passes_beyond_the_limit() throws Exception {
        RedisStore redis = REDIS.open();
        CounterStore store = new RedisCounterStore(redis, Live.fixed(LimitFixture.config("{}")), clock::get);
        long before = redis.calls();
        List<Verdict> verdicts = REDIS
                .inOneTurn(() -> Stream.concat(Collections.nCopies(15, "ada").stream(), Stream.of("bob", "eve"))
                        .map(user -> store.admit(LimitFixture.attempt(user, CHAT)))
                        .toList())
                .stream()
                .map(CounterStore.Admission::verdict)
                .toList();
        assertThat(redis.calls() - before).isEqualTo(1);
        assertThat(verdicts.subList(0, 10)).containsOnly(Verdict.GRANTED);
        assertThat(verdicts.subList(10, 15)).noneMatch(LimitFixture::isGranted);
        assertThat(verdicts.subList(15, 17)).containsOnly(Verdict.GRANTED);
    }

    @Test
    void records_expire_when_nothing_counts() throws Exception {
        CounterStore store =
                new RedisCounterStore(REDIS.open(), Live.fixed(LimitFixture.config("{\"actions\": {\"join\": 1}}")));
        admitAddress(store, "192.0.2.1");
        admit(store, "ada", CHAT);
        admit(store, "bob", READ);
        admit(store, "eve", JOIN);
        admit(store, "eve", JOIN);

        assertThat(lifetimeOf("*:a:192.0.2.1")).isBetween(50_000L, 60_000L);
        assertThat(lifetimeOf("*:u:ada")).isBetween(3_590_000L, 3_600_000L);
        assertThat(lifetimeOf("*:u:bob/read")).isBetween(50_000L, 60_000L);
        assertThat(lifetimeOf("*:u:eve/join")).isBetween(650_000L, 660_000L);
        assertThat(lifetimeOf("*:u:bob")).as("a record of bytes only").isBetween(50_000L, 60_000L);
        assertThat(REDIS.keys("pc:*:[ua]:*")).hasSize(6);
    }

    @Test
    void client_rotating_through_a_network_uses_no_more_keys_than_its_limit() throws Exception {
        CounterStore store = open("{}");
        for (int i = 0; i < 200; i++) {
            admitAddress(store, "2001:db8:0:" + i + "::/64", "2001:db8::/48");
        }

        assertThat(REDIS.keys("pc:*:a:*")).hasSize(81);
    }

    @Test
    void attempt_during_a_block_writes_nothing_where_no_bytes_count() throws Exception {
        CounterStore store = open("{\"actions\": {\"join\": 1}}");
        admit(store, "ada", JOIN);
        admit(store, "ada", JOIN);
        String before = REDIS.ask("GET", REDIS.keyOf("*:u:ada/join"));

        clock.addAndGet(500);
        admit(store, "ada", JOIN);

        assertThat(REDIS.ask("GET", REDIS.keyOf("*:u:ada/join"))).isEqualTo(before);
    }

    @Test
    void redis_that_comes_back_empty_counts_from_zero() throws Exception {
        CounterStore store = open("{}");
        fill(store, "ada", 10);
        admit(store, "ada", CHAT);

        REDIS.ask("FLUSHALL");

        fill(store, "ada", 10);
        assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\1", "\2 a form of a later version, long enough to be a record", "nonsense"})
    void unreadable_record_fails_the_attempt_and_stays(String record) throws Exception {
        CounterStore store = open("{}");
        fill(store, "ada", 1);
        REDIS.ask("SET", REDIS.keyOf("*:u:ada"), record);

        assertThatThrownBy(() -> admit(store, "ada", CHAT)).isInstanceOf(StoreFailure.class);
        assertThat(REDIS.ask("GET", REDIS.keyOf("*:u:ada"))).isEqualTo(record);
    }

    @Test
    void record_of_a_clock_hours_ahead_is_ignored_once_the_clock_is_right() throws Exception {
        CounterStore store = open("{}");
        clock.addAndGet(3_600_001);
        fill(store, "ada", 10);
        clock.set(LimitFixture.NOON);

        fill(store, "ada", 10);
    }

    @Test
    void clock_that_steps_back_frees_nothing_until_it_has_caught_up() throws Exception {
        CounterStore store = open("{}");
        fill(store, "ada", 9);
        clock.addAndGet(-30_000);
        fill(store, "ada", 1);

        assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 31_000));
        clock.addAndGet(31_000);
        fill(store, "ada", 1);
    }

    @Test
    void full_redis_counts_nothing_and_keeps_its_blocks() throws Exception {
        CounterStore store = open("{}");
        fill(store, "ada", 10);
        admit(store, "ada", CHAT);
        fill(store, "bob", 1);
        REDIS.ask("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
            assertThatThrownBy(() -> admit(store, "bob", CHAT)).isInstanceOf(StoreFailure.class);
            assertThatThrownBy(() -> admitAddress(store, "192.0.2.1")).isInstanceOf(StoreFailure.class);
        } finally {
            REDIS.ask("CONFIG", "SET", "maxmemory", "0");
        }
        fill(store, "bob", 9);
        assertThat(admit(store, "bob", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
    }

    /** None of them may count, and then count again when the call that failed is repeated. */
    @Test
    void attempts_of_one_turn_against_a_full_redis_count_nothing_and_keep_its_blocks() throws Exception {
        CounterStore store = open("{}");
        fill(store, "ada", 10);
        admit(store, "ada", CHAT);
        fill(store, "bob", 5);
        REDIS.ask("CONFIG", "SET", "maxmemory", "1");
        try {
            List<String> outcomes = REDIS.inOneTurn(() -> Stream.of("ada", "bob", "bob", "eve", "ada")
                    .map(user -> store.admit(LimitFixture.attempt(user, CHAT))
                            .map(admission -> LimitFixture.isGranted(admission.verdict()) ? "granted" : "limited")
                            .otherwise(failure -> failure.getClass().getSimpleName()))
                    .toList());
            assertThat(outcomes).containsExactly("limited", "StoreFailure", "StoreFailure", "StoreFailure", "limited");
        } finally {
            REDIS.ask("CONFIG", "SET", "maxmemory", "0");
        }
        fill(store, "bob", 5);
        assertThat(admit(store, "bob", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
        fill(store, "eve", 10);
    }

    private static long lifetimeOf(String pattern) {
        return Long.parseLong(REDIS.ask("PTTL", REDIS.keyOf(pattern)));
    }
}
