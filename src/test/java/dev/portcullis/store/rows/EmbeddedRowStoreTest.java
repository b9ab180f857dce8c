package dev.portcullis.store.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.Rows.Row;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRowStoreTest extends RowStoreContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;

    @BeforeEach
    void start() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    RowStore open() {
        return new EmbeddedRowStore(engine, clock::get);
    }

    @Test
    void row_outlives_the_process() throws Exception {
        RowKey row = RowKey.of("t", "k");
        write(open(), WriteSet.of(row, "kept"));
        close();
        start();
        assertThat(get(open(), row)).contains("kept");
    }

    @Test
    void sweep_forgets_the_rows_whose_time_is_over_and_no_other() throws Exception {
        EmbeddedRowStore store = new EmbeddedRowStore(engine, clock::get);
        Partition list = new Partition("lists", "ann");
        RowKey lasting = RowKey.of("t", "lasting");
        write(
                store,
                WriteSet.of(lasting, "1")
                        .putFor(list.row("over"), "1", 1_000)
                        .putFor(list.row("again"), "1", 1_000)
                        .putFor(list.row("later"), "1", 1_001));
        write(store, WriteSet.NONE.putFor(list.row("again"), "2", 1_001));
        clock.addAndGet(1_000);
        ready(store.sweep());
        assertThat(ready(store.read(7, ReadSet.of(list.first(9)))).get(list.first(9)))
                .containsExactly(new Row("again", "2"), new Row("later", "1"));
        assertThat(get(store, lasting)).contains("1");
    }

    @Test
    void sweep_forgets_more_than_one_batch() throws Exception {
        EmbeddedRowStore store = new EmbeddedRowStore(engine, clock::get);
        Partition list = new Partition("lists", "ann");
        WriteSet writes = WriteSet.NONE;
        for (int i = 0; i < 50; i++) {
            writes = writes.putFor(list.row("k" + i), "1", 1);
        }
        for (int lane = 0; lane < 50; lane++) {
            WriteSet all = writes;
            ready(store.change(lane, ReadSet.of(COUNT), rows -> RowStep.done("", all)));
        }
        clock.incrementAndGet();
        ready(store.sweep());
        for (int lane = 0; lane < 50; lane++) {
            assertThat(ready(store.read(lane, ReadSet.of(list.first(9)))).get(list.first(9)))
                    .isEmpty();
        }
    }

    /** Steps that queue are committed in groups: each reads what those before it in its group have put and removed. */
    @Test
    void step_reads_ranges_as_the_steps_before_it_left_them_whether_these_are_committed_or_not() throws Exception {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        RowStore store = open();
        Partition list = new Partition("lists", "ann");
        NavigableMap<String, String> model = new TreeMap<>();
        List<Future<List<Row>>> reads = new ArrayList<>();
        List<List<Row>> expected = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            int limit = 1 + random.nextInt(8);
            boolean up = random.nextBoolean();
            RowRange range = up ? list.first(limit) : list.last(limit);
            expected.add((up ? model : model.descendingMap())
                    .entrySet().stream()
                            .limit(limit)
                            .map(each -> new Row(each.getKey(), each.getValue()))
                            .toList());
            String key = "k" + random.nextInt(10);
            String value = "v" + i;
            boolean puts = random.nextBoolean();
            WriteSet writes = puts ? WriteSet.of(list.row(key), value) : WriteSet.NONE.remove(list.row(key));
            reads.add(store.change(7, ReadSet.of(range), rows -> RowStep.done(rows.get(range), writes)));
            if (puts) {
                model.put(key, value);
            } else {
                model.remove(key);
            }
        }
        ready(Future.all(reads));
        assertThat(reads.stream().map(Future::result))
                .as("portcullis.seed=%d", seed)
                .containsExactlyElementsOf(expected);
    }
}
