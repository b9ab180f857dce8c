package dev.portcullis.store.rows;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.TransientRowStore.Place;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Rows in memory, for tests of policies. Fails, loses an answer, waits and forgets when it is told to. Thread-safe. */
public final class MemoryRowStore implements RowStore {
    private final NavigableMap<Place, String> rows = new TreeMap<>(Place.ORDER);
    private final RowStore store;
    private Optional<Promise<Void>> gate = Optional.empty();
    private Predicate<RowKey> failing = row -> false;
    private int failures;
    private int calls;
    private boolean losesAnswers;

    /** @param clock the store's time in milliseconds */
    public MemoryRowStore(LongSupplier clock) {
        this.store = new TransientRowStore(clock, Map.of(), rows);
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
        return call(() -> store.read(lane, reads));
    }

    @Override
    public <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step) {
        return call(() -> reads.rows().stream().anyMatch(failing)
                ? Future.failedFuture(StoreFailure.notApplied("on order"))
                : store.change(lane, reads, step)
                        .compose(result -> losesAnswers
                                ? Future.failedFuture(new StoreFailure("lost"))
                                : Future.succeededFuture(result)));
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
}
