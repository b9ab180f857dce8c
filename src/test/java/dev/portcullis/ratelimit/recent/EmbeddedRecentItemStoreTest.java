package dev.portcullis.ratelimit.recent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.StoreFailure;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class EmbeddedRecentItemStoreTest extends RecentItemStoreContract {
    @Override
    RecentItemStore open(LongSupplier millis) {
        return new EmbeddedRecentItemStore(100, millis);
    }

    @Test
    void full_store_refuses_others_until_the_oldest_no_longer_counts() throws Exception {
        RecentItemStore store = new EmbeddedRecentItemStore(2, clock::get);
        add(store, "x", set("a", 5));
        add(store, "x", set("b", 5));
        assertThatThrownBy(() -> add(store, "x", set("c", 5))).isInstanceOf(StoreFailure.class);
        store.sweep();
        assertThat(has(store, "x", set("a", 5))).isTrue();
        clock.addAndGet(LENGTH);
        store.sweep();
        assertThat(add(store, "x", set("c", 5))).containsExactly(0L);
    }
}
