package dev.portcullis.ratelimit.login;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** The contract of every {@link LoginCounterStore}. */
abstract class LoginCounterStoreContract {
    static final long NOON = 1_780_000_000_000L;

    final AtomicLong clock = new AtomicLong(NOON);

    abstract LoginCounterStore open(LongSupplier millis) throws Exception;

    @Test
    void login_over_the_limit_counts_after_the_wait_and_not_before() throws Exception {
        LoginCounterStore store = open(clock::get);
        for (int i = 0; i < 5; i++) {
            assertThat(count(store, address("192.0.2.1", 5))).isZero();
            clock.addAndGet(20_000);
        }
        assertThat(count(store, address("192.0.2.1", 5))).isEqualTo(800_000);
        clock.addAndGet(799_999);
        assertThat(count(store, address("192.0.2.1", 5))).isEqualTo(1);
        clock.addAndGet(1);
        assertThat(count(store, address("192.0.2.1", 5))).isZero();
        assertThat(count(store, address("192.0.2.1", 5)))
                .as("the second of the first five leaves next")
                .isEqualTo(20_000);
    }

    @Test
    void refused_logins_do_not_extend_the_wait() throws Exception {
        LoginCounterStore store = open(clock::get);
        count(store, address("192.0.2.1", 1));
        for (int i = 0; i < 90; i++) {
            assertThat(count(store, address("192.0.2.1", 1))).isEqualTo(900_000L - i * 10_000L);
            clock.addAndGet(10_000);
        }
        assertThat(count(store, address("192.0.2.1", 1))).isZero();
    }

    @Test
    void login_counts_for_the_address_and_its_network_or_for_neither() throws Exception {
        LoginCounterStore store = open(clock::get);
        assertThat(count(store, address("a", 1), address("w", 2))).isZero();
        assertThat(count(store, address("a", 1), address("w", 2))).isPositive();
        assertThat(count(store, address("b", 1), address("w", 2))).isZero();
        assertThat(count(store, address("c", 1), address("w", 2))).isPositive();
        assertThat(count(store, address("c", 1), address("x", 2))).isZero();
    }

    @Test
    void known_logins_count_for_the_account_and_the_address_or_for_neither() throws Exception {
        LoginCounterStore store = open(clock::get);
        for (String account : List.of("k1", "k2", "k3")) {
            assertThat(count(store, known(account, 1), all(Integer.MAX_VALUE))).isZero();
            assertThat(count(store, known(account, 1), all(Integer.MAX_VALUE))).isPositive();
        }
        assertThat(count(store, known("k1", 5), all(3))).isPositive();
        assertThat(count(store, known("k1", 5), all(4))).isZero();
        assertThat(count(store, known("k1", 5), all(4))).isPositive();
        giveBack(store, known("k1", 5), all(4));
        assertThat(count(store, known("k1", 2), all(4))).isZero();
        assertThat(count(store, address("a", 1))).as("another kind").isZero();
    }

    private static LoginWindow known(String account, int max) {
        return LoginWindow.knownLogin(account, "a", max);
    }

    private static LoginWindow all(int max) {
        return LoginWindow.knownLogins("a", max);
    }

    @Test
    void tries_of_a_login_count_for_it_and_for_all_of_its_account_or_for_neither() throws Exception {
        LoginCounterStore store = open(clock::get);
        LoginWindow all = LoginWindow.owners("k", 3);
        LoginWindow first = LoginWindow.owner("k", Optional.of("first"), 2);
        LoginWindow second = LoginWindow.owner("k", Optional.of("second"), 2);
        LoginWindow without = LoginWindow.owner("k", Optional.empty(), 2);
        assertThat(count(store, first, all)).isZero();
        assertThat(count(store, first, all)).isZero();
        assertThat(count(store, first, all)).isPositive();
        assertThat(count(store, second, all)).isZero();
        assertThat(count(store, second, all)).isPositive();
        assertThat(count(store, without, all)).isPositive();
        assertThat(giveBack(store, first, all)).isTrue();
        assertThat(count(store, without, all)).isZero();
        assertThat(look(store, LoginWindow.owner("k", Optional.of("second"), 2)))
                .isZero();
        assertThat(look(store, LoginWindow.owner("k2", Optional.of("first"), 1)))
                .as("another account")
                .isZero();
    }

    @Test
    void look_counts_nothing() throws Exception {
        LoginCounterStore store = open(clock::get);
        LoginWindow account = LoginWindow.account("k", 1);
        assertThat(look(store, account)).isZero();
        assertThat(look(store, account)).isZero();
        assertThat(count(store, account)).isZero();
        assertThat(look(store, account)).isEqualTo(900_000);
        assertThat(look(store, LoginWindow.account("k", 2))).isZero();
        assertThat(look(store, address("k", 1))).as("another kind").isZero();
    }

    @Test
    void login_that_is_given_back_counts_nowhere() throws Exception {
        LoginCounterStore store = open(clock::get);
        count(store, address("a", 2), address("w", 9));
        clock.addAndGet(60_000);
        for (int i = 0; i < 20; i++) {
            assertThat(count(store, address("a", 2), address("w", 9))).isZero();
            assertThat(look(store, address("w", 2))).isEqualTo(840_000 - i * 1_000L);
            clock.addAndGet(1_000);
            giveBack(store, address("a", 2), address("w", 9));
        }
        assertThat(look(store, address("w", 2))).isZero();
        assertThat(count(store, address("a", 1), address("w", 9)))
                .as("the first counts on")
                .isEqualTo(820_000);
        clock.addAndGet(820_000);
        assertThat(look(store, address("w", 1))).isZero();
    }

    @Test
    void of_several_at_one_time_one_is_given_back() throws Exception {
        LoginCounterStore store = open(clock::get);
        for (int i = 0; i < 3; i++) {
            count(store, address("a", 3));
        }
        giveBack(store, address("a", 3));
        assertThat(look(store, address("a", 3))).isZero();
        assertThat(look(store, address("a", 2))).isEqualTo(900_000);
    }

    @Test
    void each_count_is_given_back_once() throws Exception {
        LoginCounterStore store = open(clock::get);
        LoginWindow missing = LoginWindow.codeMissing("k", "a");
        assertThat(giveBack(store, missing)).isFalse();
        count(store, missing);
        count(store, missing);
        assertThat(giveBack(store, missing)).isTrue();
        assertThat(giveBack(store, missing)).isTrue();
        assertThat(giveBack(store, missing)).isFalse();
        count(store, missing);
        clock.addAndGet(900_000);
        assertThat(giveBack(store, missing)).as("it is too old").isFalse();
    }

    @Test
    void first_window_says_whether_something_was_given_back() throws Exception {
        LoginCounterStore store = open(clock::get);
        count(store, known("k1", 1), all(9));
        assertThat(giveBack(store, known("k2", 1), all(9)))
                .as("only the other had a count")
                .isFalse();
        assertThat(giveBack(store, known("k1", 1), all(9))).isTrue();
    }

    @Test
    void nothing_is_given_back_where_nothing_counts() throws Exception {
        LoginCounterStore store = open(clock::get);
        giveBack(store, address("a", 1));
        count(store, address("a", 1));
        clock.addAndGet(900_000);
        giveBack(store, address("a", 1));
        assertThat(count(store, address("a", 1))).isZero();
        assertThat(look(store, address("a", 1))).as("no credit is left over").isEqualTo(900_000);
    }

    @Test
    void limit_that_is_lowered_waits_until_enough_have_left() throws Exception {
        LoginCounterStore store = open(clock::get);
        for (int i = 0; i < 4; i++) {
            count(store, address("a", 4));
            clock.addAndGet(100_000);
        }
        assertThat(count(store, address("a", 2))).isEqualTo(700_000);
        clock.addAndGet(700_000);
        assertThat(count(store, address("a", 2))).isZero();
    }

    @Test
    void concurrent_logins_never_take_the_same_slot() throws Exception {
        LoginCounterStore store = open(clock::get);
        List<Future<Long>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(store.count(List.of(address("a", 7), address("w", 56))));
        }
        int counted = 0;
        for (Future<Long> each : all) {
            counted += each.await(30, TimeUnit.SECONDS) == 0 ? 1 : 0;
        }
        assertThat(counted).isEqualTo(7);
    }

    @Test
    void no_window_of_fifteen_minutes_holds_more_than_the_limit() throws Exception {
        LoginCounterStore store = open(clock::get);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Long> counted = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            clock.addAndGet(random.nextInt(60_000));
            long wait = count(store, address("a", 5));
            if (wait == 0) {
                counted.add(clock.get());
            } else if (random.nextInt(4) == 0) {
                clock.addAndGet(wait - 1);
                assertThat(count(store, address("a", 5))).as("seed %d", seed).isEqualTo(1);
                clock.addAndGet(1);
                assertThat(count(store, address("a", 5))).as("seed %d", seed).isZero();
                counted.add(clock.get());
            }
        }
        for (int i = 5; i < counted.size(); i++) {
            assertThat(counted.get(i) - counted.get(i - 5)).as("seed %d", seed).isGreaterThanOrEqualTo(900_000);
        }
    }

    static LoginWindow address(String key, int max) {
        return LoginWindow.address(key, max);
    }

    static long count(LoginCounterStore store, LoginWindow... windows) throws Exception {
        return store.count(List.of(windows)).await(30, TimeUnit.SECONDS);
    }

    static boolean giveBack(LoginCounterStore store, LoginWindow... windows) throws Exception {
        return store.giveBack(List.of(windows)).await(30, TimeUnit.SECONDS);
    }

    static long look(LoginCounterStore store, LoginWindow window) throws Exception {
        return store.look(window).await(30, TimeUnit.SECONDS);
    }
}
