package dev.portcullis.ratelimit.ban;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisBanStoreTest extends BanStoreContract {
    private static RedisProcess redis;
    private static RedisConsole console;
    private static Vertx vertx;

    private RedisStore engine;
    private BanStore store;

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
    void open() throws Exception {
        console.ask("FLUSHALL");
        connect();
    }

    @AfterEach
    void close() throws Exception {
        engine.close().await(30, TimeUnit.SECONDS);
    }

    @Override
    BanStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        close();
        connect();
    }

    @Test
    void lost_list_shows_as_another_version_however_many_changes_follow() throws Exception {
        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));
        String before = version("");

        console.ask("FLUSHALL");

        assertThat(version(before)).isNotEqualTo(before);
        assertThat(read()).isEmpty();
        add(ban(address(1), Origin.OPERATOR, Ban.FOREVER));
        assertThat(version(before)).isNotEqualTo(before);
    }

    @Test
    void nothing_is_left_of_bans_that_are_over() throws Exception {
        add(ban(address(1), Origin.RULE, NOON + 1_000));
        add(ban(address(2), Origin.OPERATOR, NOON + 1_000));
        clock.set(NOON + 1_000);

        lift(ANN);

        assertThat(console.ask("HLEN", RedisKeys.of(RedisBanStore.LANE, "bans")))
                .isEqualTo("2"); // run and count
        assertThat(console.ask("EXISTS", RedisKeys.of(RedisBanStore.LANE, "bans", "rules")))
                .isEqualTo("0");
        assertThat(console.ask("EXISTS", RedisKeys.of(RedisBanStore.LANE, "bans", "operators")))
                .isEqualTo("0");
    }

    @Test
    void no_more_lifted_bans_are_remembered_than_kept() throws Exception {
        for (int i = 0; i < 3 * MAX; i++) {
            lift(address(i));
        }

        assertThat(console.ask("ZCARD", RedisKeys.of(RedisBanStore.LANE, "bans", "lifted")))
                .isEqualTo("" + MAX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "2 rule 1 1 x", "1 friend 1 1 x", "1 rule soon 1 x"})
    void unreadable_row_fails_each_read(String row) {
        console.ask("HSET", RedisKeys.of(RedisBanStore.LANE, "bans"), ANN.key(), row);

        assertThatThrownBy(this::read).isInstanceOf(StoreFailure.class);
    }

    private void connect() throws Exception {
        engine = RedisStore.open(vertx, new RedisConfig(redis.uri(), 30_000, 2_048), (operation, nanos) -> {})
                .await(30, TimeUnit.SECONDS);
        store = new RedisBanStore(engine, () -> MAX, clock::get);
    }
}
