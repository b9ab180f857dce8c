package dev.portcullis.auth.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.account.AccountStore.Change;
import dev.portcullis.auth.account.AccountStore.Creation;
import dev.portcullis.auth.account.RedisAccountStore.Name;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAccountStoreTest extends AccountStoreContract {
    private static final long LONG = 60_000;
    private static final EmailAddress EMAIL =
            EmailAddress.parse("ann@example.com").orElseThrow();

    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private RedisStore engine;
    private AccountStore store;

    @BeforeEach
    void open() throws Exception {
        engine = REDIS.open();
        store = new RedisAccountStore(engine);
    }

    @Override
    AccountStore store() {
        return store;
    }

    @Override
    void reopen() throws Exception {
        open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\1", "\1{}", "\1{\"id\":\"u:ann\"}", "\2{\"id\":\"u:ann\"}", "{}"})
    void unreadable_row_fails_each_call_and_stays(String row) throws Exception {
        REDIS.ask("SET", RedisAccountStore.keyOf(ANN), row);

        assertThatThrownBy(() -> find(ANN)).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(
                        () -> store.update(ANN, state -> Change.to(state, "x")).await(30, TimeUnit.SECONDS))
                .isInstanceOf(StoreFailure.class);
        assertThat(REDIS.ask("EXISTS", RedisAccountStore.keyOf(ANN))).isEqualTo("1");
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
        RedisAccountStore hasty = new RedisAccountStore(engine, 0);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) { // within one millisecond a claim of no time still holds
                        hasty.create(account(new UserId("u:" + i), i + "@example.com", "name-" + i))
                                .await(30, TimeUnit.SECONDS);
                    }
                })
                .isInstanceOf(StoreFailure.class);
        assertThat(REDIS.keys("pc:{*}:a:*").size())
                .isEqualTo(REDIS.keys("pc:{*}:ae:*").size());
        assertThat(REDIS.keys("pc:{*}:an:*")).hasSameSizeAs(REDIS.keys("pc:{*}:ae:*"));
    }

    @Test
    void of_fifty_takers_of_an_abandoned_name_exactly_one_gets_it() throws Exception {
        for (int round = 0; round < 10; round++) {
            REDIS.ask("FLUSHALL");
            claim("ann@example.com", LONG);

            List<Creation> outcomes =
                    together(50, i -> store.create(account(new UserId("u:" + i), "ann@example.com", "name-" + i)));

            assertThat(outcomes).filteredOn(Creation.CREATED::equals).hasSize(1);
            assertThat(REDIS.keys("pc:{*}:a:*")).hasSize(1);
        }
    }

    @Test
    void each_key_is_in_the_lane_of_its_own_name_and_shows_no_address() throws Exception {
        create(account(ANN, "ann@example.com", "ann"));

        assertThat(REDIS.keys("*"))
                .hasSize(3)
                .contains(RedisAccountStore.keyOf(ANN), Name.of(EMAIL).key())
                .noneMatch(key -> key.contains("example"));
    }

    /** Sets the claim of Bob. */
    private static void claim(String email, long ageMs) {
        String now = REDIS.ask("TIME").lines().findFirst().orElseThrow();
        REDIS.ask(
                "SET",
                Name.of(EmailAddress.parse(email).orElseThrow()).key(),
                "1 u:bob " + (Long.parseLong(now) * 1_000 - ageMs));
    }
}
