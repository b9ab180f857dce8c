package dev.portcullis.auth.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.auth.account.AccountStore.Creation;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshFamily;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every {@link AccountStore}. */
abstract class AccountStoreContract {
    static final UserId ANN = new UserId("u:ann");
    static final UserId BOB = new UserId("u:bob");

    /** The store under test; after {@link #reopen} another one on the same rows. */
    abstract AccountStore store();

    abstract void reopen() throws Exception;

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
    void created_account_is_found_by_id_and_address_also_after_a_restart() throws Exception {
        AccountState ann = account(ANN, "Ann@example.com", "Jürgen \"王\"".replace("\"", ""));

        assertThat(create(ann)).isEqualTo(Creation.CREATED);

        assertThat(find(ANN)).contains(ann);
        assertThat(userOf("ann@example.com")).contains(ANN);
        reopen();
        assertThat(find(ANN)).contains(ann);
        assertThat(userOf("ANN@EXAMPLE.COM")).contains(ANN);
    }

    @Test
    void account_that_was_not_created_is_not_found() throws Exception {
        assertThat(find(ANN)).isEmpty();
        assertThat(userOf("ann@example.com")).isEmpty();
        assertThat(store().update(ANN, state -> Change.to(state, "x")).await(30, TimeUnit.SECONDS))
                .isEmpty();
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

        assertThat(store().delete(ANN).await(30, TimeUnit.SECONDS)).isTrue();

        assertThat(find(ANN)).isEmpty();
        assertThat(userOf("ann@example.com")).isEmpty();
        assertThat(store().delete(ANN).await(30, TimeUnit.SECONDS)).isFalse();
        assertThat(create(account(BOB, "ann@example.com", "ann"))).isEqualTo(Creation.CREATED);
        assertThat(store().delete(ANN).await(30, TimeUnit.SECONDS)).isFalse();
        assertThat(userOf("ann@example.com")).contains(BOB);
    }

    @Test
    void update_is_kept_with_its_logins_also_after_a_restart() throws Exception {
        AccountState ann = account(ANN, "ann@example.com", "ann");
        create(ann);
        RefreshFamily ended = login("second").end(1_795_133_000_000L);

        Optional<String> result = store().update(
                        ANN,
                        state -> Change.to(
                                state.with(ended).with(state.account().withPassword("$2b$04$other")), "result"))
                .await(30, TimeUnit.SECONDS);

        assertThat(result).contains("result");
        AccountState changed = ann.with(ended).with(ann.account().withPassword("$2b$04$other"));
        assertThat(find(ANN)).contains(changed);
        reopen();
        assertThat(find(ANN)).contains(changed);
        assertThat(changed.endedFamilies()).containsExactly("second");
    }

    @Test
    void update_without_a_next_state_changes_nothing() throws Exception {
        AccountState ann = account(ANN, "ann@example.com", "ann");
        create(ann);

        assertThat(store().update(ANN, state -> Change.none(state.account().id()))
                        .await(30, TimeUnit.SECONDS))
                .contains(ANN);

        assertThat(find(ANN)).contains(ann);
    }

    @Test
    void update_that_throws_changes_nothing_and_fails() throws Exception {
        AccountState ann = account(ANN, "ann@example.com", "ann");
        create(ann);

        assertThatThrownBy(() -> store().update(ANN, state -> {
                            throw new IllegalStateException("broken");
                        })
                        .await(30, TimeUnit.SECONDS))
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

    protected <T> List<T> together(int count, IntFunction<Future<T>> step) throws Exception {
        List<Future<T>> all = new ArrayList<>();
        IntStream.range(0, count).forEach(i -> all.add(step.apply(i)));
        return Future.all(all).await(60, TimeUnit.SECONDS).list();
    }

    protected Creation create(AccountState state) throws Exception {
        return store().create(state).await(30, TimeUnit.SECONDS);
    }

    protected Optional<AccountState> find(UserId user) throws Exception {
        return store().find(user).await(30, TimeUnit.SECONDS);
    }

    protected Optional<UserId> userOf(String email) throws Exception {
        return store().userOf(EmailAddress.parse(email).orElseThrow()).await(30, TimeUnit.SECONDS);
    }
}
