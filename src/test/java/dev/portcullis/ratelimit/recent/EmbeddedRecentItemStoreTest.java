package dev.portcullis.ratelimit.recent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class EmbeddedRecentItemStoreTest extends RecentItemStoreContract {
    @Override
    RecentItemStore open(LongSupplier millis) {
        return new EmbeddedRecentItemStore(100, millis);
    }

    @Test
    void full_store_forgets_the_set_used_longest_ago() throws Exception {
        RecentItemStore store = new EmbeddedRecentItemStore(2, clock::get);
        add(store, "x", set("a", 5));
        add(store, "x", set("b", 5));
        add(store, "y", set("a", 5));

        assertThat(add(store, "x", set("c", 5))).containsExactly(0L);

        assertThat(has(store, "x", set("a", 5))).isTrue();
        assertThat(has(store, "x", set("b", 5))).isFalse();
        assertThat(has(store, "x", set("c", 5))).isTrue();
    }
}
