package dev.portcullis.store.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.RowRange.Direction;
import dev.portcullis.store.rows.RowStep.Done;
import dev.portcullis.store.rows.RowStep.ReadMore;
import dev.portcullis.store.rows.Rows.Row;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link RowStore}. */
abstract class RowStoreContract {
    private static final int LANE = 7;
    static final RowKey COUNT = RowKey.of("counts", "one");
    private static final Partition LIST = new Partition("lists", "ann");

    final AtomicLong clock = new AtomicLong(1_000_000);

    /** A client of the same rows, as another node would have it where that is possible. */
    abstract RowStore open() throws Exception;

    private RowStore store() throws Exception {
        return open();
    }

    @Test
    void row_is_found_as_it_was_written_until_it_is_removed() throws Exception {
        RowStore store = store();
        assertThat(get(store, COUNT)).isEmpty();
        write(store, WriteSet.of(COUNT, "1"));
        assertThat(get(store, COUNT)).contains("1");
        write(store, WriteSet.of(COUNT, "2"));
        assertThat(get(open(), COUNT)).contains("2");
        write(store, WriteSet.NONE.remove(COUNT));
        assertThat(get(store, COUNT)).isEmpty();
        write(store, WriteSet.NONE.remove(COUNT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\0", "a\0b", "\1", "Grüße \u1F600", "{\"json\": [1]}", "\n"})
    void value_is_any_text(String value) throws Exception {
        RowStore store = store();
        write(store, WriteSet.of(COUNT, value).put(LIST.row("k"), value).put(LIST.row("l"), "other"));
        assertThat(get(store, COUNT)).contains(value);
        assertThat(get(store, LIST.row("k"))).contains(value);
        assertThat(get(store, LIST.first(9))).containsExactly(new Row("k", value), new Row("l", "other"));
        write(store, WriteSet.of(LIST.row("k"), "new"));
        assertThat(get(store, LIST.first(9))).containsExactly(new Row("k", "new"), new Row("l", "other"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b", "a\1", "é", "a\177", "tab\t"})
    void name_is_printable_ascii(String name) {
        assertThatThrownBy(() -> RowKey.of("t", name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RowKey.of(name, "k")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Partition("t", name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LIST.row(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rows_of_a_partition_have_the_order_of_their_keys() throws Exception {
        RowStore store = store();
        List<String> keys = List.of(" ", "!", "0", "A", "a", "a ", "a!", "aa", "ab", "b", "~", "~~");
        WriteSet writes = WriteSet.NONE;
        for (String key : keys) {
            writes = writes.put(LIST.row(key), "of " + key);
        }
        write(store, writes);
        assertThat(keys(store, LIST.first(99))).isEqualTo(keys);
        assertThat(keys(store, LIST.first(3))).containsExactly(" ", "!", "0");
        assertThat(keys(store, LIST.last(2))).containsExactly("~~", "~");
        assertThat(keys(store, LIST.from("a", 3))).containsExactly("a", "a ", "a!");
        assertThat(keys(store, LIST.after("a", 2))).containsExactly("a ", "a!");
        assertThat(keys(store, LIST.after("a\"", 2))).containsExactly("aa", "ab");
        assertThat(keys(store, LIST.from("a\"", 2))).containsExactly("aa", "ab");
        assertThat(keys(store, LIST.before("a", 99))).containsExactly(" ", "!", "0", "A");
        assertThat(keys(store, new RowRange("lists", "ann", "a", "b", 2, Direction.DOWN)))
                .containsExactly("ab", "aa");
        assertThat(get(store, LIST.row("a!"))).contains("of a!");
        assertThat(get(store, LIST.row("a#"))).isEmpty();
    }

    @Test
    void rows_of_other_partitions_tables_and_lanes_are_not_among_them() throws Exception {
        RowStore store = store();
        write(
                store,
                WriteSet.of(LIST.row("k"), "1")
                        .put(new Partition("lists", "anna").row("k"), "2")
                        .put(new Partition("lists", "an").row("k"), "3")
                        .put(new Partition("list", "sann").row("k"), "4")
                        .put(RowKey.of("singles", "ann"), "5"));
        assertThat(get(store, LIST.first(9))).containsExactly(new Row("k", "1"));
        assertThat(get(store, LIST.last(9))).containsExactly(new Row("k", "1"));
        assertThat(get(store, RowKey.of("singles", "k"))).isEmpty();
        Rows elsewhere = ready(store.read(LANE + 1, ReadSet.of(LIST.first(9)).and(ReadSet.of(LIST.row("k")))));
        assertThat(elsewhere.get(LIST.first(9))).isEmpty();
        assertThat(elsewhere.get(LIST.row("k"))).isEmpty();
    }

    @Test
    void partition_is_cleared_but_for_what_the_same_step_writes() throws Exception {
        RowStore store = store();
        Partition other = new Partition("lists", "anna");
        write(store, WriteSet.of(LIST.row("a"), "1").put(LIST.row("b"), "2").put(other.row("a"), "3"));
        write(store, WriteSet.of(LIST.row("b"), "4").clear(LIST));
        assertThat(get(store, LIST.first(9))).containsExactly(new Row("b", "4"));
        assertThat(get(store, other.row("a"))).contains("3");
        write(store, WriteSet.NONE.clear(LIST));
        assertThat(get(store, LIST.first(9))).isEmpty();
        write(store, WriteSet.NONE.clear(LIST));
    }

    @Test
    void row_that_is_a_number_is_counted_whatever_others_count_and_0_is_no_row() throws Exception {
        RowStore store = store();
        RowKey sum = RowKey.of("sums", "s");
        write(store, WriteSet.NONE.add(sum, 5).add(sum, 2));
        assertThat(get(store, sum)).contains("7");
        List<Future<Integer>> all = IntStream.range(0, 40)
                .mapToObj(i -> store.change(
                        LANE, ReadSet.of(LIST.row("k" + i)), any -> RowStep.done(i, WriteSet.NONE.add(sum, 1))))
                .toList();
        ready(Future.all(all));
        assertThat(get(store, sum)).contains("47");
        write(store, WriteSet.NONE.add(sum, -47));
        assertThat(get(store, sum)).isEmpty();
    }

    @Test
    void of_many_changes_at_once_none_is_lost() throws Exception {
        RowStore one = store();
        RowStore other = open();
        List<Future<Integer>> all = IntStream.range(0, 60)
                .mapToObj(i -> (i % 2 == 0 ? one : other).change(LANE, ReadSet.of(COUNT), RowStoreContract::increment))
                .toList();
        List<Integer> counts = new ArrayList<>();
        for (Future<Integer> each : all) {
            counts.add(ready(each));
        }
        assertThat(counts)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 60).boxed().toList());
        assertThat(get(one, COUNT)).contains("60");
    }

    /** A row that was not there when the step read its range counts too. */
    @Test
    void range_that_a_step_read_is_the_same_when_its_writes_are_made() throws Exception {
        RowStore one = store();
        RowStore other = open();
        RowRange all = LIST.first(99);
        List<Future<Boolean>> tries = IntStream.range(0, 30)
                .mapToObj(i -> (i % 2 == 0 ? one : other)
                        .change(
                                LANE,
                                ReadSet.of(all),
                                rows -> rows.get(all).size() < 5
                                        ? RowStep.done(true, WriteSet.of(LIST.row("k" + i), ""))
                                        : RowStep.done(false)))
                .toList();
        int made = 0;
        for (Future<Boolean> each : tries) {
            made += ready(each) ? 1 : 0;
        }
        assertThat(made).isEqualTo(5);
        assertThat(get(one, all)).hasSize(5);
    }

    @Test
    void step_gets_what_it_asks_for_on_the_way() throws Exception {
        RowStore store = store();
        RowKey pointer = RowKey.of("pointers", "p");
        write(store, WriteSet.of(pointer, "k2").put(LIST.row("k2"), "found"));
        Optional<String> found = ready(store.change(LANE, ReadSet.of(pointer), rows -> {
            RowKey target = LIST.row(rows.get(pointer).orElseThrow());
            return rows.rows().containsKey(target)
                    ? RowStep.done(rows.get(target), WriteSet.of(pointer, "used"))
                    : new ReadMore<>(ReadSet.of(target));
        }));
        assertThat(found).contains("found");
        assertThat(get(store, pointer)).contains("used");
    }

    @Test
    void row_that_a_step_has_not_asked_for_is_an_error_of_the_step() throws Exception {
        RowStore store = store();
        assertThatThrownBy(() ->
                        ready(store.change(LANE, ReadSet.of(COUNT), rows -> RowStep.done(rows.get(LIST.row("k"))))))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() ->
                        ready(store.change(LANE, ReadSet.of(COUNT), rows -> RowStep.done(rows.get(LIST.first(1))))))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void step_that_fails_writes_nothing_and_fails_with_its_own_exception() throws Exception {
        RowStore store = store();
        Function<Rows, RowStep<String>> failing = rows -> {
            throw new UnsupportedOperationException("on purpose");
        };
        assertThatThrownBy(() -> ready(store.change(LANE, ReadSet.of(COUNT), failing)))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(get(store, COUNT)).isEmpty();
    }

    @Test
    void change_that_comes_too_late_writes_nothing_and_says_so() throws Exception {
        RowStore store = store();
        RowStep<String> step = new Done<>("done", WriteSet.of(COUNT, "1"), clock.get());
        String done = ready(store.change(LANE, ReadSet.of(COUNT), rows -> step));
        assertThat(done).isEqualTo("done");
        clock.incrementAndGet();
        RowStep<String> late = new Done<>("done", WriteSet.of(COUNT, "2"), clock.get() - 1);
        StoreFailure failure = catchThrowableOfType(
                StoreFailure.class, () -> ready(store.change(LANE, ReadSet.of(COUNT), rows -> late)));
        assertThat(failure.isNotApplied()).isTrue();
        assertThat(get(store, COUNT)).contains("1");
    }

    @Test
    void rows_tell_the_time_of_the_store() throws Exception {
        assertThat(ready(store().read(LANE, ReadSet.of(COUNT))).now()).isEqualTo(clock.get());
    }

    @Test
    void any_sequence_of_changes_leaves_the_rows_of_the_model() throws Exception {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        RowStore store = store();
        TreeMap<String, String> model = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            WriteSet writes = WriteSet.NONE;
            for (int each = random.nextInt(4); each >= 0; each--) {
                String key = "k" + random.nextInt(12);
                if (random.nextBoolean()) {
                    model.put(key, "v" + i);
                    writes = writes.put(LIST.row(key), "v" + i);
                } else {
                    model.remove(key);
                    writes = writes.remove(LIST.row(key));
                }
            }
            RowRange some = range(random);
            WriteSet made = writes;
            List<Row> before = ready(store.change(LANE, ReadSet.of(some), rows -> RowStep.done(rows.get(some), made)));
            assertThat(before).as("portcullis.seed=%d", seed).hasSizeLessThanOrEqualTo(some.limit());
            assertThat(get(store, some))
                    .as("portcullis.seed=%d, step %d", seed, i)
                    .isEqualTo(of(model, some));
        }
    }

    private static RowRange range(Random random) {
        String from = "k" + random.nextInt(12);
        String before = "k" + random.nextInt(12);
        return new RowRange(
                "lists",
                "ann",
                from,
                before,
                1 + random.nextInt(5),
                random.nextBoolean() ? Direction.UP : Direction.DOWN);
    }

    private static List<Row> of(NavigableMap<String, String> model, RowRange range) {
        if (range.from().compareTo(range.before()) >= 0) {
            return List.of();
        }
        Comparator<Map.Entry<String, String>> order = Map.Entry.comparingByKey();
        return model.subMap(range.from(), range.before()).entrySet().stream()
                .sorted(range.direction() == Direction.UP ? order : order.reversed())
                .limit(range.limit())
                .map(each -> new Row(each.getKey(), each.getValue()))
                .toList();
    }

    static RowStep<Integer> increment(Rows rows) {
        int next = rows.get(COUNT).map(Integer::valueOf).orElse(0) + 1;
        return RowStep.done(next, WriteSet.of(COUNT, Integer.toString(next)));
    }

    static Optional<String> get(RowStore store, RowKey row) throws Exception {
        return ready(store.read(LANE, ReadSet.of(row))).get(row);
    }

    static void write(RowStore store, WriteSet writes) throws Exception {
        String answer = ready(store.change(LANE, ReadSet.of(COUNT), rows -> RowStep.done("written", writes)));
        assertThat(answer).isEqualTo("written");
    }

    private static List<Row> get(RowStore store, RowRange range) throws Exception {
        return ready(store.read(LANE, ReadSet.of(range))).get(range);
    }

    private static List<String> keys(RowStore store, RowRange range) throws Exception {
        return get(store, range).stream().map(Row::key).toList();
    }

    static <T> T ready(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
