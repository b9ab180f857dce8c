package dev.portcullis.ratelimit.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.StoreFailure;
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
    void full_table_fails_for_others_until_the_oldest_no_longer_counts() throws Exception {
        LoginCounterStore store = new EmbeddedLoginCounterStore(2, clock::get);
        count(store, address("a", 5));
        count(store, address("b", 5));
        assertThatThrownBy(() -> count(store, address("c", 5))).isInstanceOf(StoreFailure.class);
        assertThat(count(store, address("a", 5))).isZero();
        clock.addAndGet(900_000);
        store.sweep();
        assertThat(count(store, address("c", 5))).isZero();
    }
}
