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
    static final int LANE = 7;
    static final RowKey COUNT = RowKey.of("counts", "one");
    private static final Partition LIST = new Partition("lists", "ann");
    private static final RowQueue QUEUE = new RowQueue("events", 100);

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

    @Test
    void row_that_is_put_for_a_time_is_found_within_it() throws Exception {
        RowStore store = store();
        write(store, WriteSet.NONE.putFor(COUNT, "1", 1_000_000).putFor(LIST.row("k"), "2", 1_000_000));
        clock.addAndGet(999_999);
        assertThat(get(store, COUNT)).contains("1");
        assertThat(get(store, LIST.first(9))).containsExactly(new Row("k", "2"));
        write(store, WriteSet.NONE.remove(COUNT).remove(LIST.row("k")));
        assertThat(get(store, COUNT)).isEmpty();
        assertThat(get(store, LIST.first(9))).isEmpty();
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
    void range_of_a_partition_is_removed_but_for_what_the_same_step_writes() throws Exception {
        RowStore store = store();
        WriteSet four = WriteSet.NONE;
        for (String key : List.of("a", "b", "ba", "c")) {
            four = four.put(LIST.row(key), key);
        }
        write(store, four);
        write(store, WriteSet.of(LIST.row("b"), "new").remove(LIST, "b", "c"));
        assertThat(get(store, LIST.first(9)))
                .containsExactly(new Row("a", "a"), new Row("b", "new"), new Row("c", "c"));
        write(store, WriteSet.NONE.remove(LIST, "d", "z"));
        assertThat(keys(store, LIST.first(9))).containsExactly("a", "b", "c");
    }

    @Test
    void pushed_rows_have_the_order_of_their_pushes_and_the_time_of_their_steps() throws Exception {
        RowStore store = store();
        ready(store.write(LANE, WriteSet.NONE.push(QUEUE, "one").push(QUEUE, "two\0")));
        clock.addAndGet(5);
        write(store, WriteSet.NONE.push(QUEUE, "three"));
        assertThat(get(store, QUEUE.rows().first(9)))
                .containsExactly(
                        new Row("0000000000000001", "1000000 0  one"),
                        new Row("0000000000000002", "1000000 0  two\0"),
                        new Row("0000000000000003", "1000005 0  three"));
        Rows numbers = ready(store.read(LANE, ReadSet.of(QUEUE.newest(), QUEUE.oldest())));
        assertThat(numbers.oldestKept(QUEUE)).isEqualTo(1);
        assertThat(numbers.newest(QUEUE)).isEqualTo(3);

        write(store, WriteSet.NONE.remove(QUEUE, numbers.oldest(QUEUE), 2));
        write(store, WriteSet.NONE.push(QUEUE, "four"));
        assertThat(keys(store, QUEUE.rows().first(9))).containsExactly("0000000000000003", "0000000000000004");
        assertThat(ready(store.read(LANE, ReadSet.of(QUEUE.newest(), QUEUE.oldest())))
                        .oldestKept(QUEUE))
                .isEqualTo(3);
    }

    @Test
    void of_pushes_of_many_at_once_none_is_lost() throws Exception {
        RowStore one = store();
        RowStore other = open();
        List<Future<Void>> all = IntStream.range(0, 60)
                .mapToObj(i -> (i % 2 == 0 ? one : other).write(LANE, WriteSet.NONE.push(QUEUE, "row " + i)))
                .toList();
        ready(Future.all(all));
        assertThat(get(one, QUEUE.rows().first(99)))
                .extracting(row -> row.value().substring("1000000 0  ".length()))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 60).mapToObj(i -> "row " + i).toList());
    }

    @Test
    void queue_keeps_its_newest_rows_and_few_others_and_its_numbers_tell_which() throws Exception {
        RowStore store = store();
        for (int i = 1; i <= 300; i++) {
            ready(store.write(LANE, WriteSet.NONE.push(QUEUE, "row " + i)));
        }
        List<Row> kept = get(store, QUEUE.rows().first(999));
        assertThat(kept).hasSizeBetween(100, 100 + RowQueue.SPARE);
        assertThat(kept.get(kept.size() - 1).value()).endsWith("row 300");
        Rows numbers = ready(store.read(LANE, ReadSet.of(QUEUE.newest(), QUEUE.oldest())));
        assertThat(numbers.oldestKept(QUEUE)).isEqualTo(201);
        write(store, WriteSet.NONE.remove(QUEUE, numbers.oldest(QUEUE), 250));
        assertThat(get(store, QUEUE.rows().first(999))).hasSize(50);
    }

    @Test
    void bounded_push_fails_the_whole_step_where_the_queue_is_full() throws Exception {
        RowStore store = store();
        WriteSet bounded = WriteSet.NONE.pushBelow(2, QUEUE, "row").add(COUNT, 1);
        ready(store.write(LANE, bounded));
        write(store, bounded);
        for (Executable full :
                List.<Executable>of(() -> ready(store.write(LANE, bounded)), () -> write(store, bounded))) {
            StoreFailure failure = catchThrowableOfType(StoreFailure.class, full::run);
            assertThat(failure.isNotApplied()).isTrue();
        }
        assertThat(get(store, COUNT)).contains("2");
        Rows numbers = ready(store.read(LANE, ReadSet.of(QUEUE.newest(), QUEUE.oldest())));
        ready(store.write(LANE, WriteSet.NONE.remove(QUEUE, numbers.oldest(QUEUE), 1)));
        ready(store.write(LANE, bounded));
        ready(store.write(LANE, WriteSet.NONE.push(QUEUE, "beyond")));
        assertThat(get(store, QUEUE.rows().first(9))).hasSize(3);
    }

    private interface Executable {
        void run() throws Exception;
    }

    @Test
    void row_is_moved_to_a_queue_once() throws Exception {
        RowStore store = store();
        write(store, WriteSet.of(LIST.row("a"), "value"));
        WriteSet moved = WriteSet.NONE.move(LIST.row("a"), QUEUE, "end ").push(QUEUE, "other");
        ready(store.write(LANE, moved));
        ready(store.write(LANE, moved));
        assertThat(get(store, LIST.first(9))).isEmpty();
        assertThat(get(store, QUEUE.rows().first(9)))
                .extracting(row -> row.value().substring("1000000 0  ".length()))
                .containsExactly("end value", "other", "other");
    }

    @Test
    void writes_that_depend_on_an_absent_row_are_made_once() throws Exception {
        RowStore store = store();
        WriteSet once = WriteSet.of(LIST.row("a"), "1")
                .add(COUNT, 1)
                .pushBelow(1, QUEUE, "row")
                .unless(LIST.row("a"));
        ready(store.write(LANE, once));
        ready(store.write(LANE, once));
        assertThat(get(store, COUNT)).contains("1");
        assertThat(get(store, QUEUE.rows().first(9))).hasSize(1);
        ready(store.write(LANE, WriteSet.NONE.remove(LIST.row("a"))));
        assertThat(catchThrowableOfType(StoreFailure.class, () -> ready(store.write(LANE, once))))
                .as("it is full")
                .isNotNull();
        assertThat(get(store, LIST.row("a"))).isEmpty();
    }

    @Test
    void rows_of_several_lanes_are_read_together() throws Exception {
        RowStore store = store();
        List<Integer> lanes = IntStream.range(0, 200).boxed().toList();
        for (int lane : List.of(0, 63, 64, 199)) {
            ready(store.write(lane, WriteSet.of(COUNT, "of " + lane).put(LIST.row("k"), "in " + lane)));
        }
        RowRange first = LIST.first(1);
        Map<Integer, Rows> found = ready(store.read(lanes, ReadSet.of(COUNT).and(ReadSet.of(first))));
        assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(lanes);
        found.forEach((lane, rows) -> {
            boolean written = List.of(0, 63, 64, 199).contains(lane);
            assertThat(rows.get(COUNT)).isEqualTo(written ? Optional.of("of " + lane) : Optional.empty());
            assertThat(rows.get(first)).isEqualTo(written ? List.of(new Row("k", "in " + lane)) : List.of());
            assertThat(rows.now()).isEqualTo(clock.get());
        });
        assertThat(ready(store.read(List.of(), ReadSet.of(COUNT)))).isEmpty();
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
