package dev.portcullis.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.StoreConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowCacheTest {
    @TempDir
    Path folder;

    private final Engine engine = new Engine();
    private final RowCache cache = new RowCache(engine);
    private EmbeddedStore store;
    private Table table;
    private Table other;

    /** Rows as an engine has them, and which of them were read. */
    private static final class Engine implements Reader {
        private final Map<RowId, byte[]> rows = new HashMap<>();
        private final List<String> read = new ArrayList<>();

        @Override
        public byte @Nullable [] get(Table table, byte[] key) {
            read.add(new String(key, UTF_8));
            return rows.get(new RowId(table, key));
        }

        @Override
        public void scan(Table table, byte[] from, byte[] to, Visitor visitor) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void scanBack(Table table, byte[] from, byte[] to, Visitor visitor) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void open() throws Exception {
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 16));
        table = store.table("things");
        other = store.table("others");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void row_is_read_from_the_engine_once() {
        commit(table, "a", "1");
        assertThat(get("a")).contains("1");
        assertThat(get("a")).contains("1");
        assertThat(engine.read).containsExactly("a");
    }

    @Test
    void absent_and_empty_rows_are_kept_as_what_they_are() {
        commit(table, "empty", "");
        for (int i = 0; i < 2; i++) {
            assertThat(get("empty")).contains("");
            assertThat(get("absent")).isEmpty();
        }
        assertThat(engine.read).containsExactly("empty", "absent");
    }

    @Test
    void commit_replaces_and_deletes_rows_without_another_read() {
        commit(table, "a", "1");
        get("a");
        get("b");
        commit(table, "a", "2");
        commit(table, "b", "1");
        assertThat(get("a")).contains("2");
        assertThat(get("b")).contains("1");
        StagedWrites deletion = new StagedWrites();
        deletion.put(table, bytes("a"), StagedWrites.DELETED);
        engine.rows.remove(new RowId(table, bytes("a")));
        cache.committed(deletion);
        assertThat(get("a")).isEmpty();
        assertThat(engine.read).containsExactly("a", "b");
    }

    @Test
    void written_row_that_no_step_read_takes_no_place() {
        commit(table, "a", "1");
        assertThat(cache.size()).isZero();
    }

    @Test
    void row_that_is_read_once_takes_no_place() {
        commit(table, "a", "1");
        assertThat(cache.getOnce(new RowId(table, bytes("a")))).isEqualTo(bytes("1"));
        assertThat(cache.size()).isZero();
    }

    @Test
    void row_that_is_read_once_is_the_one_that_was_committed_last() {
        get("a");
        commit(table, "a", "2");
        assertThat(cache.getOnce(new RowId(table, bytes("a")))).isEqualTo(bytes("2"));
    }

    @Test
    void long_row_takes_no_place_also_where_a_short_one_was() {
        String text = "x".repeat(RowCache.MOST_BYTES_OF_ROW + 1);
        commit(table, "a", text);
        assertThat(get("a")).contains(text);
        assertThat(cache.size()).isZero();
        commit(table, "a", "1");
        get("a");
        commit(table, "a", text);
        assertThat(cache.size()).isZero();
        assertThat(get("a")).contains(text);
    }

    @Test
    void emptied_table_loses_its_rows_and_no_other_does() {
        commit(table, "a", "1");
        commit(other, "a", "other");
        get("a");
        cache.get(other, bytes("a"));
        engine.rows.keySet().removeIf(row -> row.table == table);
        StagedWrites emptied = new StagedWrites();
        emptied.empty(table);
        emptied.put(table, bytes("b"), bytes("2"));
        engine.rows.put(new RowId(table, bytes("b")), bytes("2"));
        cache.committed(emptied);
        assertThat(get("a")).isEmpty();
        assertThat(get("b")).contains("2");
        assertThat(cache.get(other, bytes("a"))).isEqualTo(bytes("other"));
        assertThat(engine.read).containsExactly("a", "a", "a", "b");
    }

    @Test
    void forgotten_rows_are_read_again() {
        commit(table, "a", "1");
        get("a");
        engine.rows.put(new RowId(table, bytes("a")), bytes("2"));
        cache.forget();
        assertThat(get("a")).contains("2");
    }

    @Test
    void number_of_rows_is_bounded_and_the_one_not_read_for_longest_goes_first() {
        get("first");
        get("second");
        for (int i = 2; i < RowCache.MOST_ROWS; i++) {
            get("row" + i);
        }
        get("first");
        get("one more");
        assertThat(cache.size()).isEqualTo(RowCache.MOST_ROWS);
        engine.read.clear();
        get("first");
        get("second");
        assertThat(engine.read).containsExactly("second");
    }

    @Test
    void steps_on_a_store_read_the_same_as_on_a_map() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<String, String> model = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            String key = "key" + random.nextInt(40);
            String value = "x".repeat(random.nextInt(3) * 300) + i;
            int act = random.nextInt(10);
            if (act == 0 && random.nextInt(20) == 0) {
                store.empty(table).await();
                model.clear();
            }
            Optional<String> before = store.write(batch -> {
                        Optional<String> found = text(
                                random.nextBoolean() ? batch.get(table, bytes(key)) : batch.getOnce(table, bytes(key)));
                        if (act < 5) {
                            batch.put(table, bytes(key), bytes(value));
                        } else if (act < 7) {
                            batch.delete(table, bytes(key));
                        }
                        return found;
                    })
                    .await();
            assertThat(before).as("seed " + seed).isEqualTo(Optional.ofNullable(model.get(key)));
            if (act < 5) {
                model.put(key, value);
            } else if (act < 7) {
                model.remove(key);
            }
        }
    }

    private Optional<String> get(String key) {
        return text(cache.get(table, bytes(key)));
    }

    /** The engine has a write before the cache hears of it. */
    private void commit(Table of, String key, String value) {
        engine.rows.put(new RowId(of, bytes(key)), bytes(value));
        StagedWrites writes = new StagedWrites();
        writes.put(of, bytes(key), bytes(value));
        cache.committed(writes);
    }

    private static Optional<String> text(byte @Nullable [] value) {
        return Optional.ofNullable(value).map(bytes -> new String(bytes, UTF_8));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
