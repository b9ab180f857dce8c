package dev.portcullis.ratelimit.ban;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.http.AddressRange;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.ratelimit.ban.BanStore.Part;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BanStoreTest {
    static final long NOON = 1_795_132_800_000L;
    static final int MAX = 4;
    static final BanTarget ANN = new BanTarget.OfUser(new UserId("ann@example.com"));

    private final AtomicLong clock = new AtomicLong(NOON);
    private final MemoryRowStore rows = new MemoryRowStore(clock::get);
    private BanStore store = storeOf(MAX);

    private BanStore storeOf(int most) {
        return new BanStore(rows, () -> most);
    }

    @Test
    void ban_is_read_as_it_was_added() throws Exception {
        Ban user = ban(ANN, Origin.OPERATOR, Ban.FOREVER);
        Ban network = new Ban(range("2001:db8::/32"), Origin.RULE, "two words: \"ü\" 王", NOON + 1, NOON - 7);

        assertThat(add(user)).contains(user);
        assertThat(add(network)).contains(network);

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

        Part all = await(store.readSince("")).orElseThrow();
        Part changes = await(store.readSince(before)).orElseThrow();

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

        assertThatThrownBy(() -> await(store.lift(ANN, NOON - 1)))
                .isInstanceOfSatisfying(
                        StoreFailure.class,
                        late -> assertThat(late.isNotApplied()).isTrue());

        assertThat(read()).containsExactly(ban);
        assertThat(await(store.readSince(version))).isEmpty();
        assertThat(await(store.lift(ANN, NOON))).isTrue();
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
        assertThat(await(store.readSince(version))).as("no node reads again").isEmpty();
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

        assertThat(await(store.readSince(full)).orElseThrow().lifted()).containsExactly(first.target());
        assertThat(restore(first)).isZero();
        assertThat(add(ban(address(3), Origin.RULE, NOON + 8_000)))
                .as("address")
                .isPresent();
        assertThat(read()).extracting(Ban::target).containsExactlyInAnyOrder(user(0), address(0), ANN, address(3));
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
    void lifted_ban_is_gone() throws Exception {
        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));

        assertThat(lift(ANN)).isTrue();
        assertThat(lift(ANN)).isFalse();
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
        assertThat(await(store.readSince(empty))).isEmpty();

        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));
        String added = version(empty);
        assertThat(await(store.readSince(added))).isEmpty();

        lift(ANN);
        String lifted = version(added);
        assertThat(lifted).isNotEqualTo(empty);
        assertThat(await(store.readSince(lifted))).isEmpty();
        Part both = await(store.readSince(empty)).orElseThrow();
        assertThat(both.bans()).isEmpty();
        assertThat(both.version()).isEqualTo(lifted);
    }

    @Test
    void reader_that_names_its_version_gets_the_changes_alone() throws Exception {
        Ban first = ban(ANN, Origin.OPERATOR, Ban.FOREVER);
        Ban second = ban(address(1), Origin.RULE, NOON + 1_000);
        add(first);
        Part all = await(store.readSince("")).orElseThrow();
        add(second);
        lift(ANN);

        Part changes = await(store.readSince(all.version())).orElseThrow();

        assertThat(all.first()).isTrue();
        assertThat(all.bans()).containsExactly(first);
        assertThat(changes.first()).isFalse();
        assertThat(changes.more()).isFalse();
        assertThat(changes.bans()).containsExactly(second);
        assertThat(changes.lifted()).containsExactly(ANN);
        Ban again = ban(ANN, Origin.OPERATOR, NOON + 7);
        add(again);
        assertThat(await(store.readSince(changes.version())).orElseThrow().bans())
                .containsExactly(again);
    }

    @Test
    void reader_behind_what_is_remembered_reads_all_bans_again() throws Exception {
        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));
        String old = version("");
        for (int i = 1; i < BanRows.CHANGES; i++) {
            lift(address(i % 250));
        }
        Part behind = await(store.readSince(old)).orElseThrow();
        assertThat(behind.first()).isFalse();
        assertThat(behind.more()).isTrue();
        lift(address(0));

        Part part = await(store.readSince(old)).orElseThrow();

        assertThat(part.first()).isTrue();
        assertThat(part.bans()).extracting(Ban::target).containsExactly(ANN);
        assertThat(await(store.readSince(part.version()))).isEmpty();
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
        BanSnapshot away = new BanSnapshot();
        away.take(await(store.readSince("")).orElseThrow());
        String version = version("");
        Ban over = ban(ANN, Origin.OPERATOR, NOON + 2_000);
        add(over);
        clock.set(NOON + 2_000);

        away.take(await(store.readSince(version)).orElseThrow());

        assertThat(away.bans()).containsExactly(over);
        assertThat(over.isInForce(clock.get())).isFalse();
    }

    @Test
    void reader_that_was_away_learns_the_same_once_the_shorter_ban_is_removed() throws Exception {
        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));
        BanSnapshot away = new BanSnapshot();
        away.take(await(store.readSince("")).orElseThrow());
        String version = version("");
        add(ban(ANN, Origin.OPERATOR, NOON + 2_000));
        clock.set(NOON + 2_000);
        Ban another = ban(address(1), Origin.OPERATOR, Ban.FOREVER);
        add(another);

        away.take(await(store.readSince(version)).orElseThrow());

        assertThat(away.bans()).filteredOn(ban -> ban.isInForce(clock.get())).containsExactly(another);
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
                .mapToObj(i -> store.add(ban(address(i), Origin.OPERATOR, NOON + 1_000)))
                .toList();

        int kept = 0;
        for (Future<Optional<Ban>> each : all) {
            kept += await(each).isPresent() ? 1 : 0;
        }
        assertThat(kept).isEqualTo(MAX);
        assertThat(read()).hasSize(MAX);
    }

    @Test
    void lost_list_shows_as_another_version_however_many_changes_follow() throws Exception {
        add(ban(ANN, Origin.OPERATOR, Ban.FOREVER));
        String before = version("");

        rows.forget(row -> true);

        assertThat(await(store.readSince(before)).orElseThrow().first()).isTrue();
        assertThat(read()).isEmpty();
        add(ban(address(1), Origin.OPERATOR, Ban.FOREVER));
        Part after = await(store.readSince(before)).orElseThrow();
        assertThat(after.first()).as("as many changes as before").isTrue();
        assertThat(after.bans()).extracting(Ban::target).containsExactly(address(1));
    }

    @Test
    void no_more_lifted_bans_are_remembered_than_kept() throws Exception {
        for (int i = 0; i < 3 * MAX; i++) {
            lift(address(i));
        }

        assertThat(rows.keysOf("bans_lifted")).hasSize(MAX);
        assertThat(rows.keysOf("bans_lifted_until")).hasSize(MAX);
    }

    @Test
    void long_list_is_read_in_parts_that_miss_no_change_in_between() throws Exception {
        store = storeOf(2_000);
        List<Ban> all = restoreMany(1_200);

        Part first = await(store.readSince("")).orElseThrow();
        lift(first.bans().get(0).target());
        lift(address(10, 1_199));
        Ban longer = ban(first.bans().get(1).target(), Origin.OPERATOR, Ban.FOREVER);
        add(longer);
        Part second = await(store.readSince(first.version())).orElseThrow();
        Part third = await(store.readSince(second.version())).orElseThrow();
        Part changes = await(store.readSince(third.version())).orElseThrow();

        assertThat(List.of(first, second, third, changes))
                .extracting(Part::first)
                .containsExactly(true, false, false, false);
        assertThat(List.of(first, second, third, changes))
                .extracting(Part::more)
                .containsExactly(true, true, true, false);
        assertThat(first.bans()).hasSize(BanStore.PART);
        BanSnapshot read = new BanSnapshot();
        List.of(first, second, third, changes).forEach(read::take);
        assertThat(all).hasSize(1_200);
        assertThat(read.bans())
                .hasSize(1_198)
                .contains(longer)
                .containsExactlyInAnyOrderElementsOf(await(BanSnapshot.read(store)));
        assertThat(await(store.readSince(changes.version()))).isEmpty();
    }

    @Test
    void reader_of_parts_begins_again_when_a_change_since_its_first_is_forgotten() throws Exception {
        store = storeOf(2_000);
        restoreMany(1_200);
        Part first = await(store.readSince("")).orElseThrow();
        lift(first.bans().get(0).target());
        for (int i = 0; i < BanRows.CHANGES; i++) {
            lift(ANN);
        }

        Part next = await(store.readSince(first.version())).orElseThrow();

        assertThat(next.first()).isTrue();
        assertThat(next.bans()).doesNotContain(first.bans().get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "[\"User\",\"ann\",\"RULE\"]",
                "[\"User\",\"ann\",\"FRIEND\",\"x\",1,1]",
                "[\"Group\",\"ann\",\"RULE\",\"x\",1,1]",
                "[\"User\",\"ann\",\"RULE\",\"x\",\"soon\",1]"
            })
    void unreadable_row_fails_each_read(String row) throws Exception {
        RowKey key = BanRows.BANS.row(ANN.key());
        await(rows.change(Lanes.of("bans"), ReadSet.of(key), found -> RowStep.done("", WriteSet.of(key, row))));

        assertThatThrownBy(this::read).isInstanceOf(StoreFailure.class);
    }

    /** Any steps, and then: no row is left of what is over, and who reads changes has the same as who reads all. */
    @Test
    void rows_stay_few_and_changes_add_up_to_the_whole_list() throws Exception {
        long seed = Long.getLong("portcullis.seed", new SecureRandom().nextLong());
        Random random = new Random(seed);
        BanSnapshot follower = new BanSnapshot();
        String version = "";
        for (int i = 0; i < 2_000; i++) {
            BanTarget target = random.nextBoolean() ? user(random.nextInt(4)) : address(random.nextInt(4));
            Ban ban = ban(
                    target,
                    random.nextBoolean() ? Origin.RULE : Origin.OPERATOR,
                    clock.get() + random.nextLong(2 * BanStore.LIFTED_MS));
            switch (random.nextInt(4)) {
                case 0 -> lift(target);
                case 1 -> restore(ban);
                default -> add(ban);
            }
            clock.addAndGet(random.nextLong(BanStore.LIFTED_MS / 4));
            Optional<Part> part = random.nextInt(3) == 0 ? await(store.readSince(version)) : Optional.empty();
            if (part.isPresent()) {
                follower.take(part.get());
                version = part.get().version();
                assertThat(follower.bans())
                        .as("seed %d, step %d", seed, i)
                        .filteredOn(each -> each.isInForce(clock.get()))
                        .containsExactlyInAnyOrderElementsOf(read());
            }
            assertThat(rows.keysOf("bans").size())
                    .as("seed %d, step %d", seed, i)
                    .isLessThanOrEqualTo(MAX)
                    .isEqualTo(rows.keysOf("bans_ends").size());
            assertThat(rows.keysOf("bans_lifted").size())
                    .as("seed %d, step %d", seed, i)
                    .isLessThanOrEqualTo(MAX)
                    .isEqualTo(rows.keysOf("bans_lifted_until").size());
        }
        clock.addAndGet(3 * BanStore.LIFTED_MS);
        lift(ANN);
        assertThat(rows.keysOf("bans")).as("seed %d", seed).isEmpty();
        assertThat(rows.keysOf("bans_lifted")).as("seed %d", seed).hasSize(1);
    }

    private List<Ban> restoreMany(int count) throws Exception {
        List<Ban> all = IntStream.range(0, count)
                .mapToObj(i -> ban(address(10, i), Origin.RULE, NOON + 1_000))
                .toList();
        assertThat(await(store.restore(all))).isEqualTo(count);
        return all;
    }

    private static BanTarget address(int network, int number) {
        return range(network + ".0." + number / 250 + "." + number % 250);
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
        return await(store.add(ban));
    }

    private void added(Ban ban) {
        try {
            assertThat(add(ban)).contains(ban);
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    boolean lift(BanTarget target) throws Exception {
        return await(store.lift(target, Long.MAX_VALUE));
    }

    int restore(Ban... bans) throws Exception {
        return await(store.restore(List.of(bans)));
    }

    List<Ban> read() throws Exception {
        return await(BanSnapshot.readInForce(store::readSince, clock::get));
    }

    String version(String known) throws Exception {
        return await(store.readSince(known)).orElseThrow().version();
    }
}
