package dev.portcullis.auth.account;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.auth.account.AccountStore.Creation;
import dev.portcullis.auth.account.AccountStore.Name;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshFamily;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store of accounts promises, on rows in memory and in Redis, where steps of many callers mix. */
abstract class AccountStoreContract {
    static final UserId ANN = new UserId("u:ann");
    static final UserId BOB = new UserId("u:bob");

    static final EmailAddress EMAIL = EmailAddress.parse("ann@example.com").orElseThrow();

    private static final long LONG = 60_000;

    abstract RowStore rows();

    /** Loses all rows. */
    abstract void clear() throws Exception;

    /** The row of each table. */
    abstract List<String> keysOf(String table);

    private AccountStore store() {
        return new AccountStore(rows());
    }

    static AccountState account(UserId id, String email, String name) {
        return new AccountState(
                new Account(
                        id,
                        EmailAddress.parse(email).orElseThrow(),
                        Username.parse(name).orElseThrow(),
                        "$2b$04$hash",
                        1_795_132_800_123L,
                        false),
                List.of(login("first")));
    }

    static RefreshFamily login(String id) {
        return RefreshFamily.begin(id, "seed-of-" + id, true, LoginDevice.UNKNOWN, 1_795_132_800_123L)
                .rotate(new LoginDevice("2001:db8::7", "A \"browser\", of (some) \\ length"), 1_795_132_900_123L);
    }

    @Test
    void created_account_is_found_by_id_and_address() throws Exception {
        AccountState ann = account(ANN, "Ann@example.com", "Jürgen \"王\"".replace("\"", ""));

        assertThat(create(ann)).isEqualTo(Creation.CREATED);

        assertThat(find(ANN)).contains(ann);
        assertThat(userOf("ann@example.com")).contains(ANN);
        assertThat(find(ANN)).contains(ann);
        assertThat(userOf("ANN@EXAMPLE.COM")).contains(ANN);
    }

    @Test
    void account_that_was_not_created_is_not_found() throws Exception {
        assertThat(find(ANN)).isEmpty();
        assertThat(userOf("ann@example.com")).isEmpty();
        assertThat(done(store().update(ANN, state -> Change.to(state, "x")))).isEmpty();
    }

    @Test
    void taken_name_creates_nothing_and_leaves_the_other_name_free() throws Exception {
        create(account(ANN, "ann@example.com", "ann"));

        assertThat(create(account(BOB, "ann@example.com", "bob"))).isEqualTo(Creation.EMAIL_TAKEN);
        assertThat(create(account(BOB, "bob@example.com", "ANN"))).isEqualTo(Creation.USERNAME_TAKEN);
        assertThat(find(BOB)).isEmpty();
        assertThat(userOf("bob@example.com")).isEmpty();

        assertThat(create(account(BOB, "bob@example.com", "bob"))).isEqualTo(Creation.CREATED);
        assertThat(userOf("ann@example.com")).contains(ANN);
    }

    @Test
    void deleted_account_is_gone_and_its_names_are_free() throws Exception {
        create(account(ANN, "ann@example.com", "ann"));

        assertThat(done(store().delete(ANN))).isTrue();

        assertThat(find(ANN)).isEmpty();
        assertThat(userOf("ann@example.com")).isEmpty();
        assertThat(done(store().delete(ANN))).isFalse();
        assertThat(create(account(BOB, "ann@example.com", "ann"))).isEqualTo(Creation.CREATED);
        assertThat(done(store().delete(ANN))).isFalse();
        assertThat(userOf("ann@example.com")).contains(BOB);
    }

    @Test
    void update_is_kept_with_its_logins_also_after_a_restart() throws Exception {
        AccountState ann = account(ANN, "ann@example.com", "ann");
        create(ann);
        RefreshFamily ended = login("second").end(1_795_133_000_000L);

        Optional<String> result = done(store().update(
                        ANN,
                        state -> Change.to(
                                state.with(ended).with(state.account().withPassword("$2b$04$other")), "result")));

        assertThat(result).contains("result");
        AccountState changed = ann.with(ended).with(ann.account().withPassword("$2b$04$other"));
        assertThat(find(ANN)).contains(changed);
        assertThat(find(ANN)).contains(changed);
        assertThat(changed.endedFamilies()).containsExactly("second");
    }

    @Test
    void update_without_a_next_state_changes_nothing() throws Exception {
        AccountState ann = account(ANN, "ann@example.com", "ann");
        create(ann);

        assertThat(done(store().update(ANN, state -> Change.none(state.account().id()))))
                .contains(ANN);

        assertThat(find(ANN)).contains(ann);
    }

    @Test
    void update_that_throws_changes_nothing_and_fails() throws Exception {
        AccountState ann = account(ANN, "ann@example.com", "ann");
        create(ann);

        assertThatThrownBy(() -> done(store().update(ANN, state -> {
                    throw new IllegalStateException("broken");
                })))
                .hasMessageContaining("broken");

        assertThat(find(ANN)).contains(ann);
    }

    @Test
    void concurrent_updates_are_all_kept() throws Exception {
        create(account(ANN, "ann@example.com", "ann"));

        together(50, i -> store().update(ANN, state -> Change.to(state.with(login("login-" + i)), i)));

        assertThat(find(ANN).orElseThrow().families()).hasSize(51);
    }

    @Test
    void of_fifty_accounts_with_one_address_exactly_one_is_created() throws Exception {
        for (int round = 0; round < 10; round++) {
            String address = "ann-" + round + "@example.com";
            String name = "user-" + round + "-";
            int first = 100 * round;

            List<Creation> outcomes =
                    together(50, i -> store().create(account(new UserId("u:" + (first + i)), address, name + i)));

            assertThat(Collections.frequency(outcomes, Creation.CREATED)).isEqualTo(1);
            assertThat(Collections.frequency(outcomes, Creation.EMAIL_TAKEN)).isEqualTo(49);
            UserId winner = new UserId("u:" + (first + outcomes.indexOf(Creation.CREATED)));
            assertThat(userOf(address)).contains(winner);
            assertThat(find(winner)).isPresent();
        }
    }

    @Test
    void of_fifty_accounts_with_one_username_exactly_one_is_created_and_the_addresses_of_others_stay_free()
            throws Exception {
        List<Creation> outcomes =
                together(50, i -> store().create(account(new UserId("u:" + i), "user-" + i + "@example.com", "Same")));

        assertThat(Collections.frequency(outcomes, Creation.CREATED)).isEqualTo(1);
        assertThat(Collections.frequency(outcomes, Creation.USERNAME_TAKEN)).isEqualTo(49);
        int loser = outcomes.indexOf(Creation.USERNAME_TAKEN);
        assertThat(create(account(new UserId("u:" + loser), "user-" + loser + "@example.com", "other")))
                .isEqualTo(Creation.CREATED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\1", "\1{}", "\1{\"id\":\"u:ann\"}", "\2{\"id\":\"u:ann\"}", "{}"})
    void unreadable_row_fails_each_call_and_stays(String row) throws Exception {
        RowKey key = AccountStore.rowOf(ANN);
        write(AccountStore.laneOf(ANN), key, row);

        assertThatThrownBy(() -> find(ANN)).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> done(store().update(ANN, state -> Change.to(state, "x"))))
                .isInstanceOf(StoreFailure.class);
        Rows left = done(rows().read(AccountStore.laneOf(ANN), ReadSet.of(key)));
        assertThat(left.get(key)).contains(row);
    }

    /** A process died between its claims and its row. */
    @Test
    void claim_without_an_account_holds_a_name_for_its_time_and_no_longer() throws Exception {
        claim("ann@example.com", 0);
        assertThat(create(account(ANN, "ann@example.com", "ann"))).isEqualTo(Creation.EMAIL_TAKEN);
        assertThat(userOf("ann@example.com")).as("its user has no account").contains(BOB);
        assertThat(find(BOB)).isEmpty();

        claim("ann@example.com", LONG);

        assertThat(create(account(ANN, "ann@example.com", "ann"))).isEqualTo(Creation.CREATED);
        assertThat(userOf("ann@example.com")).contains(ANN);
    }

    @Test
    void name_of_an_account_is_taken_for_ever() throws Exception {
        create(account(BOB, "ann@example.com", "bob"));
        claim("ann@example.com", LONG);

        assertThat(create(account(ANN, "ann@example.com", "ann"))).isEqualTo(Creation.EMAIL_TAKEN);
        assertThat(userOf("ann@example.com")).contains(BOB);
    }

    @Test
    void name_of_an_account_does_not_hold_a_name_that_the_account_does_not_have() throws Exception {
        create(account(BOB, "bob@example.com", "bob"));
        claim("ann@example.com", LONG);

        assertThat(create(account(ANN, "ann@example.com", "ann"))).isEqualTo(Creation.CREATED);
    }

    /** A paused process must not write a row for names that others may have claimed since. */
    @Test
    void account_is_not_written_after_its_claims_have_run_out() throws Exception {
        AccountStore hasty = new AccountStore(rows(), 0, AccountStore.CHANGE_MS);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) { // within one millisecond a claim of no time still holds
                        done(hasty.create(account(new UserId("u:" + i), i + "@example.com", "name-" + i)));
                    }
                })
                .isInstanceOf(StoreFailure.class);
        assertThat(keysOf("a")).hasSameSizeAs(keysOf("ae")).hasSameSizeAs(keysOf("an"));
    }

    /** Its client was told of a failure, and repeats it. */
    @Test
    void change_is_not_made_by_a_store_that_is_late() throws Exception {
        AccountState before = account(ANN, "ann@example.com", "ann");
        create(before);
        AccountStore late = new AccountStore(rows(), AccountStore.CLAIM_MS, -1);
        AccountState after = account(ANN, "ann@example.com", "anna");

        assertThatThrownBy(() -> done(late.update(ANN, any -> Change.to(after, true))))
                .isInstanceOf(StoreFailure.class);
        assertThat(done(store().find(ANN))).contains(before);
        assertThat(done(store().update(ANN, any -> Change.to(after, true)))).contains(true);
        assertThat(done(store().find(ANN))).contains(after);
    }

    @Test
    void of_fifty_takers_of_an_abandoned_name_exactly_one_gets_it() throws Exception {
        for (int round = 0; round < 10; round++) {
            clear();
            claim("ann@example.com", LONG);

            List<Creation> outcomes =
                    together(50, i -> store().create(account(new UserId("u:" + i), "ann@example.com", "name-" + i)));

            assertThat(outcomes).filteredOn(Creation.CREATED::equals).hasSize(1);
            assertThat(keysOf("a")).hasSize(1);
        }
    }

    /** Sets the claim of Bob. */
    private void claim(String email, long ageMs) throws Exception {
        Name name = Name.of(EmailAddress.parse(email).orElseThrow());
        long now = done(rows().read(name.lane(), ReadSet.of(name.row()))).now();
        write(name.lane(), name.row(), "[\"u:bob\"," + (now - ageMs) + "]");
    }

    private void write(int lane, RowKey row, String value) throws Exception {
        done(rows().change(lane, ReadSet.of(row), any -> RowStep.done("", WriteSet.of(row, value))));
    }

    protected <T> List<T> together(int count, IntFunction<Future<T>> step) throws Exception {
        List<Future<T>> all = new ArrayList<>();
        IntStream.range(0, count).forEach(i -> all.add(step.apply(i)));
        return Future.all(all).await(60, TimeUnit.SECONDS).list();
    }

    protected Creation create(AccountState state) throws Exception {
        return done(store().create(state));
    }

    protected Optional<AccountState> find(UserId user) throws Exception {
        return done(store().find(user));
    }

    protected Optional<UserId> userOf(String email) throws Exception {
        return done(store().userOf(EmailAddress.parse(email).orElseThrow()));
    }
}
