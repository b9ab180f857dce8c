package dev.portcullis.store.rows;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.Rows.Row;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRowStoreTest extends RowStoreContract {
    private static final List<Integer> LANES =
            IntStream.range(0, Lanes.COUNT).boxed().toList();

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

    /** Several stages look twice a second whether any lane has work for them. */
    @Test
    void rows_of_many_lanes_that_have_not_changed_are_not_read_again() throws Exception {
        RowStore store = open();
        write(store, WriteSet.of(COUNT, "1"));
        Map<Integer, Rows> first = readAll(store);
        clock.addAndGet(500);
        Future<Map<Integer, Rows>> asked = store.read(LANES, ReadSet.of(COUNT));
        assertThat(asked.isComplete()).as("without a thread").isTrue();
        Map<Integer, Rows> again = asked.result();
        again.forEach((lane, rows) -> {
            assertThat(rows.rows()).isSameAs(requireNonNull(first.get(lane)).rows());
            assertThat(rows.now()).isEqualTo(clock.get());
        });
        write(store, WriteSet.of(COUNT, "2"));
        assertThat(countIn(readAll(store))).contains("2");
    }

    @Test
    void read_of_many_lanes_after_a_write_finds_it_while_others_read_and_write() throws Exception {
        RowStore store = open();
        RowKey other = RowKey.of("t", "other");
        for (int i = 0; i < 500; i++) {
            String value = Integer.toString(i);
            Future<Map<Integer, Rows>> concurrent = store.read(LANES, ReadSet.of(COUNT));
            Future<Void> alongside = store.write(3, WriteSet.of(other, value));
            write(store, WriteSet.of(COUNT, value));
            assertThat(countIn(readAll(store))).contains(value);
            ready(alongside);
            ready(concurrent);
            assertThat(countIn(readAll(store))).contains(value);
        }
    }

    private static Map<Integer, Rows> readAll(RowStore store) throws Exception {
        return ready(store.read(LANES, ReadSet.of(COUNT)));
    }

    private static Optional<String> countIn(Map<Integer, Rows> lanes) {
        return requireNonNull(lanes.get(LANE)).get(COUNT);
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
        RowKey lasting = RowKey.of("t", "lasting");
        RowKey over = RowKey.of("t", "over");
        RowKey again = RowKey.of("t", "again");
        RowKey later = RowKey.of("t", "later");
        write(
                store,
                WriteSet.of(lasting, "1")
                        .putFor(over, "1", 1_000)
                        .putFor(again, "1", 1_000)
                        .putFor(later, "1", 1_001));
        write(store, WriteSet.NONE.putFor(again, "2", 1_001));
        clock.addAndGet(1_000);
        ready(store.sweep());
        assertThat(get(store, over)).isEmpty();
        assertThat(get(store, again)).contains("2");
        assertThat(get(store, later)).contains("1");
        assertThat(get(store, lasting)).contains("1");
    }

    /** As in Redis. What a partition counts in one of its rows so holds for the others as long as they are there. */
    @Test
    void sweep_forgets_a_partition_with_the_last_of_its_rows() throws Exception {
        EmbeddedRowStore store = new EmbeddedRowStore(engine, clock::get);
        Partition lasting = new Partition("lists", "ann");
        Partition over = new Partition("lists", "ann2");
        Partition anna = new Partition("lists", "anna");
        write(
                store,
                WriteSet.NONE
                        .putFor(lasting.row("first"), "1", 1_001)
                        .putFor(over.row("first"), "1", 999)
                        .putFor(over.row("last"), "1", 1_000)
                        .put(anna.row("lasting"), "1"));
        write(store, WriteSet.NONE.putFor(lasting.row("last"), "1", 1).putFor(over.row("first"), "2", 1));
        clock.addAndGet(1_000);
        ready(store.sweep());
        assertThat(rows(store, lasting)).containsExactly(new Row("first", "1"), new Row("last", "1"));
        assertThat(rows(store, over)).isEmpty();
        assertThat(rows(store, anna)).containsExactly(new Row("lasting", "1"));
        clock.incrementAndGet();
        ready(store.sweep());
        assertThat(rows(store, lasting)).isEmpty();
    }

    private static List<Row> rows(RowStore store, Partition partition) throws Exception {
        RowRange all = partition.first(99);
        return ready(store.read(7, ReadSet.of(all))).get(all);
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
                    .as("of lane %d", lane)
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
