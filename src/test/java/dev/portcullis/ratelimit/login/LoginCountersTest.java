package dev.portcullis.ratelimit.login;

import static dev.portcullis.ratelimit.login.LoginFixture.count;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.Result;
import dev.portcullis.ratelimit.login.LoginStep.Choice;
import dev.portcullis.ratelimit.login.LoginVerdict.Admitted;
import dev.portcullis.ratelimit.login.LoginVerdict.LoginHistory;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.store.rows.TransientRowStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoginCountersTest {
    private static final Admitted STRANGER = new Admitted(LoginHistory.NO_FAILURES);
    private static final Admitted AFTER_FAILURES = new Admitted(LoginHistory.FAILURES);

    private final AtomicLong clock = new AtomicLong(LoginFixture.NOON);
    private final MemoryRowStore rows = new MemoryRowStore(clock::get);
    private final LoginCounters counters = new LoginCounters(rows);

    @Test
    void login_over_the_limit_counts_after_the_wait_and_not_before() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(count(counters, address("192.0.2.1", 5))).isZero();
            clock.addAndGet(20_000);
        }
        assertThat(count(counters, address("192.0.2.1", 5))).isEqualTo(800_000);
        clock.addAndGet(799_999);
        assertThat(count(counters, address("192.0.2.1", 5))).isEqualTo(1);
        clock.addAndGet(1);
        assertThat(count(counters, address("192.0.2.1", 5))).isZero();
        assertThat(count(counters, address("192.0.2.1", 5)))
                .as("the second of the first five leaves next")
                .isEqualTo(20_000);
    }

    @Test
    void refused_logins_do_not_extend_the_wait() throws Exception {
        count(counters, address("192.0.2.1", 1));
        for (int i = 0; i < 90; i++) {
            assertThat(count(counters, address("192.0.2.1", 1))).isEqualTo(900_000L - i * 10_000L);
            clock.addAndGet(10_000);
        }
        assertThat(count(counters, address("192.0.2.1", 1))).isZero();
    }

    @Test
    void login_counts_for_the_address_and_its_network_or_for_neither() throws Exception {
        assertThat(count(counters, within("w", "a", 1), within("w", "w", 2))).isZero();
        assertThat(count(counters, within("w", "a", 1), within("w", "w", 2))).isPositive();
        assertThat(count(counters, within("w", "b", 1), within("w", "w", 2))).isZero();
        assertThat(count(counters, within("w", "c", 1), within("w", "w", 2))).isPositive();
        assertThat(look(within("w", "c", 1))).isZero();
    }

    @Test
    void known_logins_count_for_the_account_and_the_address_or_for_neither() throws Exception {
        for (String account : List.of("k1", "k2", "k3")) {
            assertThat(count(counters, known(account, 1), all(Integer.MAX_VALUE)))
                    .isZero();
            assertThat(count(counters, known(account, 1), all(Integer.MAX_VALUE)))
                    .isPositive();
        }
        assertThat(count(counters, known("k1", 5), all(3))).isPositive();
        assertThat(count(counters, known("k1", 5), all(4))).isZero();
        assertThat(count(counters, known("k1", 5), all(4))).isPositive();
        giveBack(known("k1", 5), all(4));
        assertThat(count(counters, known("k1", 2), all(4))).isZero();
        assertThat(count(counters, address("a", 1))).as("another kind").isZero();
    }

    private static LoginWindow known(String account, int max) {
        return LoginWindow.knownLogin(account, List.of("a"), max);
    }

    private static LoginWindow all(int max) {
        return LoginWindow.knownLogins(List.of("a"), max);
    }

    @Test
    void tries_of_a_login_count_for_it_and_for_all_of_its_account_or_for_neither() throws Exception {
        LoginWindow all = LoginWindow.owners("k", 3);
        LoginWindow first = LoginWindow.owner("k", Optional.of("first"), 2);
        LoginWindow second = LoginWindow.owner("k", Optional.of("zweiter: \u00fc"), 2);
        LoginWindow without = LoginWindow.owner("k", Optional.empty(), 2);
        assertThat(count(counters, first, all)).isZero();
        assertThat(count(counters, first, all)).isZero();
        assertThat(count(counters, first, all)).isPositive();
        assertThat(count(counters, second, all)).isZero();
        assertThat(count(counters, second, all)).isPositive();
        assertThat(count(counters, without, all)).isPositive();
        assertThat(giveBack(first, all)).isTrue();
        assertThat(count(counters, without, all)).isZero();
        assertThat(look(second)).isZero();
        assertThat(look(LoginWindow.owner("k2", Optional.of("first"), 1)))
                .as("another account")
                .isZero();
    }

    @Test
    void login_counts_by_the_first_choice_that_has_room_and_waits_for_the_last() throws Exception {
        List<Choice> choices = List.of(
                new Choice(STRANGER, List.of(address("a", 1))), new Choice(AFTER_FAILURES, List.of(address("a", 2))));
        assertThat(choose(choices)).isEqualTo(Result.done(STRANGER));
        clock.addAndGet(1_000);
        assertThat(choose(choices)).isEqualTo(Result.done(AFTER_FAILURES));
        assertThat(choose(choices)).isEqualTo(Result.refused(899_000L));
        clock.addAndGet(899_000);
        assertThat(choose(choices)).isEqualTo(Result.done(AFTER_FAILURES));
        clock.addAndGet(900_000);
        assertThat(choose(choices)).isEqualTo(Result.done(STRANGER));
    }

    @Test
    void choice_is_open_only_after_the_count_that_it_needs() throws Exception {
        LoginWindow missing = LoginWindow.codeMissing("k", List.of("a"));
        List<Choice> choices = List.of(
                new Choice(STRANGER, List.of(address("a", 1))),
                new Choice(AFTER_FAILURES, List.of(address("a", 2)), Optional.of(missing)));
        assertThat(choose(choices)).isEqualTo(Result.done(STRANGER));
        assertThat(choose(choices)).isEqualTo(Result.refused(900_000L));
        count(counters, missing);
        assertThat(choose(choices)).isEqualTo(Result.done(AFTER_FAILURES));
        assertThat(giveBack(missing)).as("it was looked at only").isTrue();
        assertThat(giveBack(missing)).isFalse();
    }

    @Test
    void look_counts_nothing() throws Exception {
        LoginWindow account = LoginWindow.account("k", 1);
        assertThat(look(account)).isZero();
        assertThat(look(account)).isZero();
        assertThat(count(counters, account)).isZero();
        assertThat(look(account)).isEqualTo(900_000);
        assertThat(look(LoginWindow.account("k", 2))).isZero();
        assertThat(look(address("k", 1))).as("another kind").isZero();
    }

    @Test
    void login_that_is_given_back_counts_nowhere() throws Exception {
        LoginWindow own = within("w", "a", 2);
        LoginWindow network = within("w", "w", 9);
        count(counters, own, network);
        clock.addAndGet(60_000);
        for (int i = 0; i < 20; i++) {
            assertThat(count(counters, own, network)).isZero();
            assertThat(look(network.withMax(2))).isEqualTo(840_000 - i * 1_000L);
            clock.addAndGet(1_000);
            giveBack(own, network);
        }
        assertThat(look(network.withMax(2))).isZero();
        assertThat(count(counters, own.withMax(1), network))
                .as("the first counts on")
                .isEqualTo(820_000);
        clock.addAndGet(820_000);
        assertThat(look(network.withMax(1))).isZero();
    }

    @Test
    void of_several_at_one_time_one_is_given_back() throws Exception {
        for (int i = 0; i < 3; i++) {
            count(counters, address("a", 3));
        }
        giveBack(address("a", 3));
        assertThat(look(address("a", 3))).isZero();
        assertThat(look(address("a", 2))).isEqualTo(900_000);
    }

    @Test
    void each_count_is_given_back_once_and_leaves_no_row() throws Exception {
        LoginWindow missing = LoginWindow.codeMissing("k", List.of("a"));
        assertThat(giveBack(missing)).isFalse();
        count(counters, missing);
        count(counters, missing);
        assertThat(giveBack(missing)).isTrue();
        assertThat(giveBack(missing)).isTrue();
        assertThat(giveBack(missing)).isFalse();
        assertThat(rows.keysOf(LoginWindow.LOGINS)).isEmpty();
        count(counters, missing);
        clock.addAndGet(900_000);
        assertThat(giveBack(missing)).as("it is too old").isFalse();
    }

    @Test
    void first_window_says_whether_something_was_given_back() throws Exception {
        count(counters, known("k1", 1), all(9));
        assertThat(giveBack(known("k2", 1), all(9)))
                .as("only the other had a count")
                .isFalse();
        assertThat(giveBack(known("k1", 1), all(9))).isTrue();
    }

    @Test
    void nothing_is_given_back_where_nothing_counts() throws Exception {
        giveBack(address("a", 1));
        count(counters, address("a", 1));
        clock.addAndGet(900_000);
        giveBack(address("a", 1));
        assertThat(count(counters, address("a", 1))).isZero();
        assertThat(look(address("a", 1))).as("no credit is left over").isEqualTo(900_000);
    }

    @Test
    void limit_that_is_lowered_waits_until_enough_have_left() throws Exception {
        for (int i = 0; i < 4; i++) {
            count(counters, address("a", 4));
            clock.addAndGet(100_000);
        }
        assertThat(count(counters, address("a", 2))).isEqualTo(700_000);
        clock.addAndGet(700_000);
        assertThat(count(counters, address("a", 2))).isZero();
    }

    @Test
    void clock_that_ran_ahead_refuses_no_login_for_longer_than_a_window() throws Exception {
        clock.addAndGet(900_001);
        count(counters, address("a", 1));
        clock.addAndGet(-1);
        assertThat(look(address("a", 1))).as("it lags a little").isEqualTo(900_001);
        clock.set(LoginFixture.NOON);
        assertThat(count(counters, address("a", 1))).isZero();
        assertThat(look(address("a", 1))).isEqualTo(900_000);
    }

    @Test
    void no_window_of_fifteen_minutes_holds_more_than_the_limit() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Long> counted = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            clock.addAndGet(random.nextInt(60_000));
            long wait = count(counters, address("a", 5));
            if (wait == 0) {
                counted.add(clock.get());
            } else if (random.nextInt(4) == 0) {
                clock.addAndGet(wait - 1);
                assertThat(count(counters, address("a", 5))).as("seed %d", seed).isEqualTo(1);
                clock.addAndGet(1);
                assertThat(count(counters, address("a", 5))).as("seed %d", seed).isZero();
                counted.add(clock.get());
            }
        }
        for (int i = 5; i < counted.size(); i++) {
            assertThat(counted.get(i) - counted.get(i - 5)).as("seed %d", seed).isGreaterThanOrEqualTo(900_000);
        }
    }

    @Test
    void full_table_forgets_the_address_used_longest_ago_and_keeps_the_wide_network() throws Exception {
        LoginCounters bounded = bounded(3);
        LoginWindow network = within("w", "w", 4);
        for (String own : List.of("a", "b", "c", "d")) {
            assertThat(count(bounded, within("w", own, 5), network)).isZero();
        }

        assertThat(count(bounded, address("stranger", 5))).isZero();
        assertThat(count(bounded, within("w", "e", 5), network)).isPositive();
    }

    @Test
    void full_table_of_accounts_fails_for_others_until_the_oldest_no_longer_counts() throws Exception {
        LoginCounters bounded = bounded(2);
        count(bounded, LoginWindow.account("a", 1));
        count(bounded, LoginWindow.account("b", 1));
        for (String own : List.of("x", "y", "z")) {
            count(bounded, address(own, 5)); // addresses take no place of an account
        }
        assertThatThrownBy(() -> count(bounded, LoginWindow.account("c", 1))).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> look(bounded, LoginWindow.account("c", 1)))
                .as("what can't be counted must not be tried")
                .isInstanceOf(StoreFailure.class);
        assertThat(look(bounded, LoginWindow.account("a", 1))).isPositive();
        assertThat(look(bounded, address("w", 5))).isZero();
        assertThat(count(bounded, LoginWindow.account("a", 1))).isPositive();
        clock.addAndGet(900_000);
        assertThat(look(bounded, LoginWindow.account("c", 1))).isZero();
        assertThat(count(bounded, LoginWindow.account("c", 1))).isZero();
    }

    @Test
    void full_table_of_accounts_keeps_out_no_user_at_a_known_address_and_none_who_is_logged_in() throws Exception {
        LoginCounters bounded = bounded(2);
        count(bounded, LoginWindow.account("a", 1));
        count(bounded, LoginWindow.account("b", 1));

        assertThat(look(bounded, LoginWindow.known("c", "192.0.2.1", 1))).isZero();
        assertThat(count(bounded, LoginWindow.known("c", "192.0.2.1", 1))).isZero();
        assertThatThrownBy(() ->
                        count(bounded, LoginWindow.owner("c", Optional.of("login"), 1), LoginWindow.owners("c", 1)))
                .as("one of two windows would fit")
                .isInstanceOf(StoreFailure.class);
        assertThat(count(bounded, LoginWindow.owner("c", Optional.empty(), 1))).isZero();
        assertThat(look(bounded, LoginWindow.known("c", "192.0.2.1", 1))).isPositive();
        assertThatThrownBy(() -> look(bounded, LoginWindow.known("d", "192.0.2.1", 1)))
                .as("their table is full too")
                .isInstanceOf(StoreFailure.class);
    }

    @Test
    void login_that_is_given_back_frees_its_place_in_a_full_table() throws Exception {
        LoginCounters bounded = bounded(1);
        for (String each : List.of("a", "b", "c")) {
            assertThat(count(bounded, LoginWindow.account(each, 5))).isZero();
            bounded.giveBack(List.of(LoginWindow.account(each, 5))).await(30, TimeUnit.SECONDS);
        }
    }

    private LoginCounters bounded(int tracked) {
        return new LoginCounters(new TransientRowStore(clock::get, LoginCounters.bounds(tracked)));
    }

    private static LoginWindow address(String key, int max) {
        return within(key, key, max);
    }

    private static LoginWindow within(String widest, String network, int max) {
        return LoginWindow.address(List.of(widest), network, max);
    }

    private Result<Admitted, Long> choose(List<Choice> choices) throws Exception {
        return counters.count(choices).await(30, TimeUnit.SECONDS);
    }

    private boolean giveBack(LoginWindow... windows) throws Exception {
        return counters.giveBack(List.of(windows)).await(30, TimeUnit.SECONDS);
    }

    private long look(LoginWindow window) throws Exception {
        return look(counters, window);
    }

    private static long look(LoginCounters of, LoginWindow window) throws Exception {
        return of.look(List.of(window)).await(30, TimeUnit.SECONDS).get(0);
    }
}
