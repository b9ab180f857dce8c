package dev.portcullis.ratelimit.recent;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreTimer.Operation;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurableRecentItemStoreTest extends RecentItemStoreContract {
    private static final String TABLE = "ratelimit.known";

    @TempDir
    Path folder;

    private final List<Operation> operations = new CopyOnWriteArrayList<>();
    private EmbeddedStore engine;

    @BeforeEach
    void open() throws Exception {
        engine = EmbeddedStore.open(
                new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.of(folder.toString()), false, 1_000),
                (operation, nanos) -> operations.add(operation));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    RecentItemStore open(LongSupplier millis) {
        return new DurableRecentItemStore(engine, TABLE, millis);
    }

    @Test
    void items_outlast_the_process() throws Exception {
        add(open(clock::get), "x", set("a", 3));
        add(open(clock::get), "y", set("a", 3));
        close();
        open();
        RecentItemStore store = open(clock::get);
        assertThat(has(store, "x", set("a", 3))).isTrue();
        assertThat(has(store, "y", set("a", 3))).isTrue();
        assertThat(has(store, "z", set("a", 3))).isFalse();
        assertThat(add(store, "z", set("a", 3))).containsExactly(LENGTH);
    }

    @Test
    void sweep_removes_the_sets_in_which_nothing_counts_and_no_other() throws Exception {
        RecentItemStore store = open(clock::get);
        add(store, "x", set("old", 3));
        clock.addAndGet(LENGTH - 1);
        add(store, "x", set("new", 3));
        store.sweep().await(30, TimeUnit.SECONDS);
        assertThat(rows()).containsExactly("new", "old");
        clock.addAndGet(1);
        store.sweep().await(30, TimeUnit.SECONDS);
        assertThat(rows()).containsExactly("new");
        assertThat(has(store, "x", set("new", 3))).isTrue();
    }

    @Test
    void sweep_delays_no_login_that_asks_meanwhile() throws Exception {
        RecentItemStore store = open(clock::get);
        add(store, "x", set("old", 3));
        clock.addAndGet(LENGTH);
        operations.clear();
        store.sweep().await(30, TimeUnit.SECONDS);
        assertThat(operations).contains(Operation.BACKGROUND).doesNotContain(Operation.READ);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\1", "\1234567", "\2aaaaaaaa", "\1aaaaaaaabbbbbbbb"})
    void unreadable_row_fails_the_read(String row) throws Exception {
        Table sets = engine.table(TABLE);
        engine.write(batch -> {
                    batch.put(sets, "a".getBytes(US_ASCII), row.getBytes(US_ASCII));
                    return row;
                })
                .await(30, TimeUnit.SECONDS);

        RecentItemStore store = open(clock::get);
        assertThatThrownBy(() -> store.has(set("a", 3), "x").await(30, TimeUnit.SECONDS))
                .isInstanceOf(StoreFailure.class);
    }

    private List<String> rows() throws Exception {
        Table sets = engine.table(TABLE);
        return engine.read(reader -> {
                    List<String> keys = new java.util.ArrayList<>();
                    reader.scan(sets, new byte[0], new byte[] {Byte.MAX_VALUE}, (key, row) -> {
                        keys.add(new String(key, US_ASCII));
                        return true;
                    });
                    return keys;
                })
                .await(30, TimeUnit.SECONDS);
    }
}
