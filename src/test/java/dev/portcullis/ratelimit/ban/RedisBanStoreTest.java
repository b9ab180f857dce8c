package dev.portcullis.ratelimit.ban;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.ratelimit.ban.BanStore.Part;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStores;
import java.util.List;
import java.util.stream.IntStream;
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

        assertThat(REDIS.ask("HLEN", RedisKeys.of(RedisBanStore.LANE, "bans"))).isEqualTo("3"); // run, count and floor
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

    @Test
    void long_list_is_read_in_parts_that_miss_no_change_in_between() throws Exception {
        BanStore large = new RedisBanStore(REDIS.open(), () -> 2_000, clock::get);
        List<Ban> all = IntStream.range(0, 1_200)
                .mapToObj(i -> ban(range("10.0." + i / 250 + "." + i % 250), Origin.RULE, NOON + 1_000))
                .toList();
        await(large.restore(all));

        Part first = await(large.readSince("")).orElseThrow();
        await(large.lift(all.get(0).target(), Long.MAX_VALUE));
        await(large.lift(all.get(1_199).target(), Long.MAX_VALUE));
        Ban longer = ban(all.get(1).target(), Origin.OPERATOR, Ban.FOREVER);
        await(large.add(longer));
        Part second = await(large.readSince(first.version())).orElseThrow();
        Part third = await(large.readSince(second.version())).orElseThrow();

        assertThat(List.of(first.first(), second.first(), third.first())).containsExactly(true, false, false);
        assertThat(List.of(first.more(), second.more(), third.more())).containsExactly(true, true, false);
        assertThat(first.bans()).hasSize(RedisBanStore.PART);
        WholeList read = new WholeList();
        List.of(first, second, third).forEach(read::take);
        assertThat(read.bans())
                .hasSize(1_198)
                .contains(longer)
                .containsExactlyInAnyOrderElementsOf(await(WholeList.read(large)));
        assertThat(await(large.readSince(third.version()))).isEmpty();
    }

    @Test
    void reader_of_parts_begins_again_when_a_lifted_ban_it_has_read_is_forgotten() throws Exception {
        BanStore large = new RedisBanStore(REDIS.open(), () -> 2_000, clock::get);
        List<Ban> all = IntStream.range(0, 1_200)
                .mapToObj(i -> ban(range("10.0." + i / 250 + "." + i % 250), Origin.RULE, Ban.FOREVER))
                .toList();
        await(large.restore(all));
        Part first = await(large.readSince("")).orElseThrow();
        await(large.lift(first.bans().get(0).target(), Long.MAX_VALUE));
        clock.addAndGet(BanStore.LIFTED_MS);
        await(large.lift(ANN, Long.MAX_VALUE)); // forgets the other

        Part next = await(large.readSince(first.version())).orElseThrow();

        assertThat(next.first()).isTrue();
        Part last = await(large.readSince(next.version())).orElseThrow();
        assertThat(last.first()).as("what was forgotten before does not matter").isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "2 rule 1 1 x", "1 friend 1 1 x", "1 rule soon 1 x"})
    void unreadable_row_fails_each_read(String row) {
        REDIS.ask("HSET", RedisKeys.of(RedisBanStore.LANE, "bans"), ANN.key(), row);
        REDIS.ask("ZADD", RedisKeys.of(RedisBanStore.LANE, "bans", "changes"), "1", ANN.key());

        assertThatThrownBy(this::read).isInstanceOf(StoreFailure.class);
    }
}
