package dev.portcullis.store.rows;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.RowRange.Direction;
import dev.portcullis.store.rows.RowStep.Done;
import dev.portcullis.store.rows.RowStep.ReadMore;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet.Push;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Rows in memory, for tests of policies. Fails, loses an answer, waits and forgets when it is told to. Thread-safe. */
public final class MemoryRowStore implements RowStore {
    private final LongSupplier clock;
    private final NavigableMap<Place, String> rows = new TreeMap<>(Place.ORDER);
    private Optional<Promise<Void>> gate = Optional.empty();
    private Predicate<RowKey> failing = row -> false;
    private int failures;
    private int calls;
    private boolean losesAnswers;

    /** @param partition empty for a row that is found by its key alone */
    private record Place(int lane, String table, String partition, String key) {
        private static final Comparator<Place> ORDER = Comparator.comparingInt(Place::lane)
                .thenComparing(Place::table)
                .thenComparing(Place::partition)
                .thenComparing(Place::key);

        static Place of(int lane, RowKey row) {
            return new Place(lane, row.table(), row.partition().orElse(""), row.key());
        }

        RowKey row() {
            return new RowKey(table, Optional.of(partition).filter(name -> !name.isEmpty()), key);
        }
    }

    /** @param clock the store's time in milliseconds */
    public MemoryRowStore(LongSupplier clock) {
        this.clock = clock;
    }

    /** The next calls fail, and change nothing. */
    public synchronized void failNext(int count) {
        failures = count;
    }

    /** Until it is told otherwise, changes that read such a row fail, and change nothing. */
    public synchronized void failChangesOf(Predicate<RowKey> rowsOfFailing) {
        failing = rowsOfFailing;
    }

    public synchronized int failuresLeft() {
        return failures;
    }

    /** How many calls came, also those that failed. */
    public synchronized int calls() {
        return calls;
    }

    public synchronized List<String> keysOf(String table) {
        return rows.keySet().stream()
                .filter(place -> place.table().equals(table))
                .map(Place::key)
                .toList();
    }

    public synchronized boolean any(Predicate<RowKey> condition) {
        return rows.keySet().stream().map(Place::row).anyMatch(condition);
    }

    /** While it loses answers, each change is made, and fails. */
    public synchronized void setLosesAnswers(boolean loses) {
        this.losesAnswers = loses;
    }

    /** Lets calls wait until {@link #release}. */
    public synchronized void hold() {
        gate = Optional.of(Promise.promise());
    }

    public void release() {
        Optional<Promise<Void>> held;
        synchronized (this) {
            held = gate;
            gate = Optional.empty();
        }
        held.ifPresent(Promise::tryComplete);
    }

    /** Loses rows, as a store does whose disk had not taken them yet. */
    public synchronized void forget(Predicate<RowKey> rowsToLose) {
        rows.keySet().removeIf(place -> rowsToLose.test(place.row()));
    }

    /** Writes a row that no step wrote. */
    public synchronized void set(int lane, RowKey row, String value) {
        rows.put(Place.of(lane, row), value);
    }

    @Override
    public Future<Rows> read(int lane, ReadSet reads) {
        return call(() -> Future.succeededFuture(found(lane, reads)));
    }

    @Override
    public <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
        return call(() -> {
            if (reads.rows().stream().anyMatch(failing)) {
                return Future.failedFuture(StoreFailure.notApplied("on order"));
            }
            ReadSet asked = reads;
            RowStep<T> next = step.apply(found(lane, asked));
            while (next instanceof ReadMore<T> more) {
                asked = asked.and(more.reads());
                next = step.apply(found(lane, asked));
            }
            return write(lane, (Done<T>) next);
        });
    }

    private <T> Future<T> write(int lane, Done<T> done) {
        WriteSet writes = done.writes();
        if (!writes.isEmpty() && clock.getAsLong() > done.notAfter()) {
            return Future.failedFuture(StoreFailure.notApplied("a change came too late"));
        }
        if (writes.unless().filter(row -> rows.containsKey(Place.of(lane, row))).isPresent()) {
            return Future.succeededFuture(done.result());
        }
        if (writes.pushes().stream().anyMatch(push -> push.isBounded() && size(lane, push.queue()) >= push.room())) {
            return Future.failedFuture(StoreFailure.notApplied("a queue is full"));
        }
        writes.cleared()
                .forEach(cleared -> rows.keySet()
                        .removeIf(place -> place.lane() == lane
                                && place.table().equals(cleared.partition().table())
                                && place.partition().equals(cleared.partition().name())
                                && place.key().compareTo(cleared.from()) >= 0
                                && cleared.before()
                                        .filter(end -> place.key().compareTo(end) >= 0)
                                        .isEmpty()));
        writes.rows()
                .forEach((row, value) -> value.ifPresentOrElse(
                        text -> rows.put(Place.of(lane, row), text), () -> rows.remove(Place.of(lane, row))));
        writes.counts().forEach((row, more) -> add(lane, row, more));
        writes.pushes().forEach(push -> push(lane, push));
        return losesAnswers ? Future.failedFuture(new StoreFailure("lost")) : Future.succeededFuture(done.result());
    }

    private void add(int lane, RowKey row, long more) {
        rows.compute(Place.of(lane, row), (place, present) -> sum(present == null ? 0 : Long.parseLong(present), more));
    }

    private void push(int lane, Push push) {
        Optional<String> taken = push.taken().map(row -> rows.remove(Place.of(lane, row)));
        if (push.taken().isPresent() && taken.isEmpty()) {
            return;
        }
        RowQueue queue = push.queue();
        add(lane, queue.newest(), 1);
        long number = number(lane, queue.newest(), 0);
        rows.put(
                Place.of(lane, queue.row(number)),
                Stamp.at(clock.getAsLong()).text() + push.value() + taken.orElse(""));
        rows.remove(Place.of(lane, queue.row(Math.max(0, number - queue.most()))));
    }

    private long size(int lane, RowQueue queue) {
        return number(lane, queue.newest(), 0) - number(lane, queue.oldest(), 1) + 1;
    }

    private long number(int lane, RowKey row, long absent) {
        return Long.parseLong(rows.getOrDefault(Place.of(lane, row), Long.toString(absent)));
    }

    private static @Nullable String sum(long present, long more) {
        return present + more == 0 ? null : Long.toString(present + more);
    }

    private <T> Future<T> call(Supplier<Future<T>> work) {
        Future<Void> open;
        synchronized (this) {
            open = gate.map(Promise::future).orElseGet(Future::succeededFuture);
        }
        return open.compose(any -> {
            synchronized (this) {
                calls++;
                if (failures > 0) {
                    failures--;
                    return Future.failedFuture(StoreFailure.notApplied("on order"));
                }
                return work.get();
            }
        });
    }

    private Rows found(int lane, ReadSet reads) {
        Map<RowKey, Optional<String>> single = new HashMap<>();
        Map<RowRange, List<Row>> ranges = new HashMap<>();
        reads.rows().forEach(row -> single.put(row, Optional.ofNullable(rows.get(Place.of(lane, row)))));
        reads.ranges().forEach(range -> ranges.put(range, found(lane, range)));
        return new Rows(clock.getAsLong(), single, ranges);
    }

    private List<Row> found(int lane, RowRange range) {
        if (range.from().compareTo(range.before()) >= 0) {
            return List.of();
        }
        NavigableMap<Place, String> within =
                rows.subMap(place(lane, range, range.from()), true, place(lane, range, range.before()), false);
        return (range.direction() == Direction.UP ? within : within.descendingMap())
                .entrySet().stream()
                        .limit(range.limit())
                        .map(entry -> new Row(entry.getKey().key(), entry.getValue()))
                        .toList();
    }

    private static Place place(int lane, RowRange range, String key) {
        return new Place(lane, range.table(), range.partition(), key);
    }
}
