package dev.portcullis.ratelimit.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.StoreFailure;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class EmbeddedLoginCounterStoreTest extends LoginCounterStoreContract {
    @Override
    LoginCounterStore open(LongSupplier millis) {
        return new EmbeddedLoginCounterStore(100, millis);
    }

    @Test
    void login_that_is_given_back_leaves_no_row() throws Exception {
        LoginCounterStore store = new EmbeddedLoginCounterStore(1, clock::get);
        for (String each : new String[] {"a", "b", "c"}) {
            assertThat(count(store, LoginWindow.account(each, 5))).isZero();
            giveBack(store, LoginWindow.account(each, 5));
        }
    }

    @Test
    void full_table_forgets_the_address_used_longest_ago_and_keeps_the_wide_network() throws Exception {
        LoginCounterStore store = new EmbeddedLoginCounterStore(3, clock::get);
        LoginWindow network = address("wide", 4);
        for (String own : List.of("a", "b", "c", "d")) {
            assertThat(count(store, address(own, 5), network)).isZero();
        }

        assertThat(count(store, address("stranger", 5))).isZero();
        assertThat(count(store, address("e", 5), network)).isPositive();
    }

    @Test
    void full_table_of_accounts_fails_for_others_until_the_oldest_no_longer_counts() throws Exception {
        LoginCounterStore store = new EmbeddedLoginCounterStore(2, clock::get);
        count(store, LoginWindow.account("a", 1));
        count(store, LoginWindow.account("b", 1));
        for (String own : List.of("x", "y", "z")) {
            count(store, address(own, 5)); // addresses take no place of an account
        }
        assertThatThrownBy(() -> count(store, LoginWindow.account("c", 1))).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> look(store, LoginWindow.account("c", 1)))
                .as("what can't be counted must not be tried")
                .isInstanceOf(StoreFailure.class);
        assertThat(look(store, LoginWindow.account("a", 1))).isPositive();
        assertThat(look(store, address("w", 5))).isZero();
        assertThat(count(store, LoginWindow.account("a", 1))).isPositive();
        clock.addAndGet(900_000);
        store.sweep();
        assertThat(look(store, LoginWindow.account("c", 1))).isZero();
        assertThat(count(store, LoginWindow.account("c", 1))).isZero();
    }

    @Test
    void full_table_of_accounts_keeps_out_no_user_at_a_known_address_and_none_who_is_logged_in() throws Exception {
        LoginCounterStore store = new EmbeddedLoginCounterStore(2, clock::get);
        count(store, LoginWindow.account("a", 1));
        count(store, LoginWindow.account("b", 1));

        assertThat(look(store, LoginWindow.known("c", "192.0.2.1", 1))).isZero();
        assertThat(count(store, LoginWindow.known("c", "192.0.2.1", 1))).isZero();
        assertThatThrownBy(
                        () -> count(store, LoginWindow.owner("c", Optional.of("login"), 1), LoginWindow.owners("c", 1)))
                .as("one of two windows would fit")
                .isInstanceOf(StoreFailure.class);
        assertThat(count(store, LoginWindow.owner("c", Optional.empty(), 1))).isZero();
        assertThat(look(store, LoginWindow.known("c", "192.0.2.1", 1))).isPositive();
        assertThatThrownBy(() -> look(store, LoginWindow.known("d", "192.0.2.1", 1)))
                .as("their table is full too")
                .isInstanceOf(StoreFailure.class);
    }
}
