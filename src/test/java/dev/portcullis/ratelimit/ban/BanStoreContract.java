package dev.portcullis.ratelimit.ban;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.http.AddressRange;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.ratelimit.ban.BanStore.Part;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every {@link BanStore}. */
abstract class BanStoreContract {
    static final long NOON = 1_795_132_800_000L;
    static final int MAX = 4;
    static final BanTarget ANN = new BanTarget.OfUser(new UserId("ann@example.com"));

    final AtomicLong clock = new AtomicLong(NOON);

    abstract BanStore store();

    abstract void reopen() throws Exception;

    @Test
    void ban_is_read_as_it_was_added_also_after_a_restart() throws Exception {
        Ban user = ban(ANN, Origin.OPERATOR, Ban.FOREVER);
        Ban network = new Ban(range("2001:db8::/32"), Origin.RULE, "two words: \"ü\" 王", NOON + 1, NOON - 7);

        assertThat(add(user)).contains(user);
        assertThat(add(network)).contains(network);

        assertThat(read()).containsExactlyInAnyOrder(user, network);
        reopen();
        assertThat(read()).containsExactlyInAnyOrder(user, network);
    }

    @Test
    void ban_is_in_force_until_its_end() throws Exception {
        add(ban(ANN, Origin.OPERATOR, NOON + 1_000));

        clock.set(NOON + 999);
        assertThat(read()).hasSize(1);
        clock.set(NOON + 1_000);
        assertThat(read()).isEmpty();
    }

    /** A reader that begins while the clock is ahead does not read it again when the clock is corrected (CWE-636). */
    @Test
    void ban_is_read_with_its_end_also_where_the_clock_says_that_it_is_over() throws Exception {
        String before = version("");
        Ban ban = ban(ANN, Origin.OPERATOR, NOON + 1_000);
        add(ban);
        clock.set(NOON + 1_000);

        Part all = await(store().readSince("")).orElseThrow();
        Part changes = await(store().readSince(before)).orElseThrow();

        assertThat(all.bans()).containsExactly(ban);
        assertThat(changes.bans()).containsExactly(ban);
        assertThat(changes.lifted()).isEmpty();
    }

    /** Another ban of the target may have been added while the step waited. */
    @Test
    void ban_is_not_lifted_after_the_latest_time_of_the_step() throws Exception {
        Ban ban = ban(ANN, Origin.OPERATOR, NOON + 1_000);
        add(ban);
        String version = version("");

        assertThatThrownBy(() -> await(store().lift(ANN, NOON - 1)))
                .isInstanceOfSatisfying(
                        StoreFailure.class,
                        late -> assertThat(late.isNotApplied()).isTrue());

        assertThat(read()).containsExactly(ban);
        assertThat(await(store().readSince(version))).isEmpty();
        assertThat(await(store().lift(ANN, NOON))).isTrue();
        assertThat(read()).isEmpty();
    }

    @Test
    void rule_replaces_no_ban_of_an_operator_that_is_in_force() throws Exception {
        Ban operator = ban(ANN, Origin.OPERATOR, NOON + 1_000);
        Ban rule = ban(ANN, Origin.RULE, NOON + 5_000);
        add(operator);

        assertThat(add(rule)).contains(operator);
        assertThat(read()).containsExactly(operator);
        clock.set(NOON + 1_000);
        assertThat(add(rule)).contains(rule);
        assertThat(read()).containsExactly(rule);
    }

    @Test
    void rule_shortens_no_ban_and_an_operator_may() throws Exception {
        Ban longer = ban(ANN, Origin.RULE, NOON + 5_000);
        Ban shorter = ban(ANN, Origin.OPERATOR, NOON + 2_000);
        add(ban(ANN, Origin.RULE, NOON + 1_000));

        assertThat(add(longer)).contains(longer);
        assertThat(add(ban(ANN, Origin.RULE, NOON + 1_000))).contains(longer);
        assertThat(add(shorter)).contains(shorter);
        assertThat(read()).containsExactly(shorter);
    }

    @Test
    void rule_that_bans_an_address_again_changes_nothing_until_half_of_the_ban_is_over() throws Exception {
        Ban first = ruleAt(address(1), NOON);
        add(first);
        String version = version("");

        assertThat(add(ruleAt(address(1), NOON + 499))).contains(first);
        assertThat(await(store().readSince(version))).as("no node reads again").isEmpty();
        Ban second = ruleAt(address(1), NOON + 500);
        assertThat(add(second)).contains(second);
        assertThat(read()).containsExactly(second);
    }

    /** The cut-off of the first may have failed. */
    @Test
    void rule_that_bans_a_user_again_replaces_its_ban() throws Exception {
        add(ruleAt(ANN, NOON));
        Ban second = ruleAt(ANN, NOON + 1);

        assertThat(add(second)).contains(second);
        assertThat(add(ruleAt(ANN, NOON))).contains(second);
        assertThat(read()).containsExactly(second);
    }

    private static Ban ruleAt(BanTarget target, long decidedAt) {
        return new Ban(target, Origin.RULE, "test", decidedAt + 1_000, decidedAt);
    }

    @Test
    void full_store_takes_no_ban_of_a_rule_for_one_of_a_user_or_an_operator_until_one_ends() throws Exception {
        IntStream.range(1, MAX).forEach(i -> added(ban(user(i), Origin.RULE, NOON + 1_000 + i)));
        add(ban(address(1), Origin.OPERATOR, NOON + 2_000));
        Ban another = ban(address(99), Origin.RULE, NOON + 9_000);

        assertThat(add(another)).isEmpty();
        assertThat(add(ban(user(99), Origin.RULE, NOON + 9_000))).isEmpty();
        assertThat(add(ban(user(1), Origin.RULE, NOON + 8_000))).as("has one").isPresent();
        assertThat(read()).hasSize(MAX).doesNotContain(another);
        clock.set(NOON + 1_002);
        assertThat(add(another)).contains(another);
    }

    @Test
    void rules_ban_takes_the_place_of_the_rules_ban_of_addresses_that_ends_first_and_of_no_users() throws Exception {
        add(ban(user(0), Origin.RULE, NOON + 100));
        add(ban(address(0), Origin.OPERATOR, NOON + 500));
        Ban first = ban(address(1), Origin.RULE, NOON + 4_000);
        Ban second = ban(address(2), Origin.RULE, NOON + 5_000);
        add(second);
        add(first);
        String full = version("");

        assertThat(add(ban(ANN, Origin.RULE, NOON + 9_000))).as("user").isPresent();

        assertThat(await(store().readSince(full)).orElseThrow().lifted()).containsExactly(first.target());
        assertThat(restore(first)).isZero();
        assertThat(add(ban(address(3), Origin.RULE, NOON + 8_000)))
                .as("address")
                .isPresent();
        assertThat(read()).extracting(Ban::target).containsExactlyInAnyOrder(user(0), address(0), ANN, address(3));
        reopen();
        assertThat(read()).hasSize(MAX);
    }

    @Test
    void displaced_bans_make_the_store_forget_no_lifted_one() throws Exception {
        Ban lifted = ban(ANN, Origin.OPERATOR, Ban.FOREVER);
        add(lifted);
        lift(ANN);

        for (int i = 0; i < 3 * MAX; i++) {
            add(ban(address(i), Origin.RULE, NOON + 1_000 + i));
        }

        clock.set(NOON + 9_000);
        assertThat(restore(lifted)).isZero();
    }

    @Test
    void operators_ban_takes_the_place_of_the_rules_ban_that_ends_first() throws Exception {
        Ban lasting = ban(address(0), Origin.OPERATOR, NOON + 500);
        add(lasting);
        IntStream.range(1, MAX).forEach(i -> added(ban(address(i), Origin.RULE, NOON + 5_000 - i)));
        Ban another = ban(ANN, Origin.OPERATOR, Ban.FOREVER);

        assertThat(add(another)).contains(another);

        assertThat(read()).extracting(Ban::target).containsExactlyInAnyOrder(address(0), address(1), address(2), ANN);
        assertThat(restore(ban(address(MAX - 1), Origin.RULE, NOON + 5_000))).isZero();
    }

    @Test
    void store_full_of_bans_by_operators_takes_no_more() throws Exception {
        IntStream.range(0, MAX).forEach(i -> added(ban(address(i), Origin.OPERATOR, Ban.FOREVER)));

        assertThat(add(ban(ANN, Origin.OPERATOR, Ban.FOREVER))).isEmpty();
        assertThat(read()).hasSize(MAX);
    }

    @Test
    void lifted_ban_is_gone_also_after_a_restart() throws Exception {
        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));

        assertThat(lift(ANN)).isTrue();
        assertThat(lift(ANN)).isFalse();
        assertThat(read()).isEmpty();
        reopen();
        assertThat(read()).isEmpty();
    }

    @Test
    void ban_that_is_over_can_not_be_lifted() throws Exception {
        add(ban(ANN, Origin.OPERATOR, NOON + 1_000));
        clock.set(NOON + 1_000);

        assertThat(lift(ANN)).isFalse();
    }

    @Test
    void version_changes_with_each_change_and_with_nothing_else() throws Exception {
        String empty = version("");
        assertThat(await(store().readSince(empty))).isEmpty();

        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));
        String added = version(empty);
        assertThat(await(store().readSince(added))).isEmpty();

        lift(ANN);
        String lifted = version(added);
        assertThat(lifted).isNotEqualTo(empty);
        assertThat(await(store().readSince(lifted))).isEmpty();
        Part both = await(store().readSince(empty)).orElseThrow();
        assertThat(both.bans()).isEmpty();
        assertThat(both.version()).isEqualTo(lifted);
    }

    @Test
    void reader_that_names_its_version_gets_the_changes_alone() throws Exception {
        Ban first = ban(ANN, Origin.OPERATOR, Ban.FOREVER);
        Ban second = ban(address(1), Origin.RULE, NOON + 1_000);
        add(first);
        Part all = await(store().readSince("")).orElseThrow();
        add(second);
        lift(ANN);

        Part changes = await(store().readSince(all.version())).orElseThrow();

        assertThat(all.first()).isTrue();
        assertThat(all.bans()).containsExactly(first);
        assertThat(changes.first()).isFalse();
        assertThat(changes.more()).isFalse();
        assertThat(changes.bans()).containsExactly(second);
        assertThat(changes.lifted()).containsExactly(ANN);
        Ban again = ban(ANN, Origin.OPERATOR, NOON + 7);
        add(again);
        assertThat(await(store().readSince(changes.version())).orElseThrow().bans())
                .containsExactly(again);
    }

    @Test
    void reader_behind_what_is_remembered_reads_all_bans_again() throws Exception {
        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));
        String old = version("");
        for (int i = 0; i < 600; i++) {
            lift(address(i % 250));
        }

        Part part = await(store().readSince(old)).orElseThrow();

        assertThat(part.first()).isTrue();
        assertThat(part.bans()).extracting(Ban::target).containsExactly(ANN);
        assertThat(await(store().readSince(part.version()))).isEmpty();
    }

    @Test
    void lost_ban_is_restored_as_it_was() throws Exception {
        Ban lost = ban(ANN, Origin.OPERATOR, NOON + 5_000);
        Ban other = ban(address(1), Origin.RULE, NOON + 4_000);
        String before = version("");

        assertThat(restore(lost, other)).isEqualTo(2);
        assertThat(restore(lost, other)).isZero();

        assertThat(read()).containsExactlyInAnyOrder(lost, other);
        assertThat(version(before)).isNotEqualTo(before);
    }

    @Test
    void ban_that_is_kept_lifted_or_over_is_not_restored() throws Exception {
        Ban former = ban(ANN, Origin.OPERATOR, NOON + 5_000);
        Ban kept = ban(address(1), Origin.OPERATOR, Ban.FOREVER);
        add(former);
        lift(ANN);
        add(kept);

        assertThat(restore(former, ban(address(1), Origin.OPERATOR, NOON + 1), ban(address(2), Origin.RULE, NOON)))
                .isZero();
        assertThat(read()).containsExactly(kept);
    }

    @Test
    void reader_that_was_away_learns_that_the_shorter_ban_which_replaced_its_own_is_over() throws Exception {
        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));
        WholeList away = new WholeList();
        away.take(await(store().readSince("")).orElseThrow());
        String version = version("");
        Ban over = ban(ANN, Origin.OPERATOR, NOON + 2_000);
        add(over);
        clock.set(NOON + 2_000);

        away.take(await(store().readSince(version)).orElseThrow());

        assertThat(away.bans()).containsExactly(over);
        assertThat(over.isInForce(clock.get())).isFalse();
    }

    @Test
    void reader_that_was_away_learns_the_same_once_the_shorter_ban_is_removed() throws Exception {
        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));
        WholeList away = new WholeList();
        away.take(await(store().readSince("")).orElseThrow());
        String version = version("");
        add(ban(ANN, Origin.OPERATOR, NOON + 2_000));
        clock.set(NOON + 2_000);
        Ban another = ban(address(1), Origin.OPERATOR, Ban.FOREVER);
        add(another);

        away.take(await(store().readSince(version)).orElseThrow());

        assertThat(away.bans()).containsExactly(another);
    }

    @Test
    void replaced_ban_is_not_restored_when_the_shorter_ones_that_replaced_it_are_over() throws Exception {
        Ban longest = ban(ANN, Origin.OPERATOR, Ban.FOREVER);
        add(longest);
        add(ban(ANN, Origin.OPERATOR, NOON + 2_000));
        add(ban(ANN, Origin.OPERATOR, NOON + 3_000));
        add(ban(address(1), Origin.OPERATOR, NOON + 9_000));
        add(ban(address(1), Origin.OPERATOR, NOON + 4_000));
        clock.set(NOON + 4_000);
        lift(address(2)); // removes what is over

        assertThat(restore(longest, ban(address(1), Origin.OPERATOR, NOON + 9_000)))
                .isZero();
        clock.set(NOON + BanStore.LIFTED_MS);
        assertThat(restore(longest)).as("as for a lifted one").isOne();
    }

    @Test
    void lifted_ban_is_remembered_for_an_hour() throws Exception {
        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));
        lift(ANN);
        clock.addAndGet(BanStore.LIFTED_MS - 1);
        assertThat(restore(ban(ANN, Origin.OPERATOR, Ban.FOREVER))).isZero();
        clock.addAndGet(1);

        assertThat(restore(ban(ANN, Origin.OPERATOR, Ban.FOREVER))).isOne();
    }

    @Test
    void restored_bans_do_not_exceed_the_bound() throws Exception {
        Ban[] lost = IntStream.range(0, MAX + 3)
                .mapToObj(i -> ban(address(i), Origin.OPERATOR, Ban.FOREVER))
                .toArray(Ban[]::new);

        assertThat(restore(lost)).isEqualTo(MAX);
        assertThat(read()).hasSize(MAX);
    }

    @Test
    void concurrent_bans_do_not_exceed_the_bound() throws Exception {
        List<Future<Optional<Ban>>> all = IntStream.range(0, 50)
                .mapToObj(i -> store().add(ban(address(i), Origin.OPERATOR, NOON + 1_000)))
                .toList();

        int kept = 0;
        for (Future<Optional<Ban>> each : all) {
            kept += await(each).isPresent() ? 1 : 0;
        }
        assertThat(kept).isEqualTo(MAX);
        assertThat(read()).hasSize(MAX);
    }

    static Ban ban(BanTarget target, Origin origin, long until) {
        return new Ban(target, origin, "test", until, NOON);
    }

    static BanTarget user(int number) {
        return new BanTarget.OfUser(new UserId("user" + number + "@example.com"));
    }

    static BanTarget address(int last) {
        return range("203.0.113." + last);
    }

    static BanTarget range(String text) {
        return new BanTarget.OfAddresses(AddressRange.parse(text).orElseThrow());
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }

    Optional<Ban> add(Ban ban) throws Exception {
        return await(store().add(ban));
    }

    private void added(Ban ban) {
        try {
            assertThat(add(ban)).contains(ban);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    boolean lift(BanTarget target) throws Exception {
        return await(store().lift(target, Long.MAX_VALUE));
    }

    int restore(Ban... bans) throws Exception {
        return await(store().restore(List.of(bans)));
    }

    List<Ban> read() throws Exception {
        return await(WholeList.readInForce(store()::readSince, clock::get));
    }

    String version(String known) throws Exception {
        return await(store().readSince(known)).orElseThrow().version();
    }
}
