package dev.portcullis.ratelimit.ban;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisBanStoreTest extends BanStoreContract {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private BanStore store;

    @BeforeEach
    void open() throws Exception {
        store = new RedisBanStore(REDIS.open(), () -> MAX, clock::get);
    }

    @Override
    BanStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        open();
    }

    @Test
    void lost_list_shows_as_another_version_however_many_changes_follow() throws Exception {
        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));
        String before = version("");

        REDIS.ask("FLUSHALL");

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

        assertThat(REDIS.ask("HLEN", RedisKeys.of(RedisBanStore.LANE, "bans"))).isEqualTo("2"); // run and count
        assertThat(REDIS.ask("EXISTS", RedisKeys.of(RedisBanStore.LANE, "bans", "rules")))
                .isEqualTo("0");
        assertThat(REDIS.ask("EXISTS", RedisKeys.of(RedisBanStore.LANE, "bans", "operators")))
                .isEqualTo("0");
    }

    @Test
    void no_more_lifted_bans_are_remembered_than_kept() throws Exception {
        for (int i = 0; i < 3 * MAX; i++) {
            lift(address(i));
        }

        assertThat(REDIS.ask("ZCARD", RedisKeys.of(RedisBanStore.LANE, "bans", "lifted")))
                .isEqualTo("" + MAX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "2 rule 1 1 x", "1 friend 1 1 x", "1 rule soon 1 x"})
    void unreadable_row_fails_each_read(String row) {
        REDIS.ask("HSET", RedisKeys.of(RedisBanStore.LANE, "bans"), ANN.key(), row);

        assertThatThrownBy(this::read).isInstanceOf(StoreFailure.class);
    }
}
