package dev.portcullis.store.rows;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Rows that last. A failed future is a {@link dev.portcullis.store.StoreFailure}, or the exception of a step. */
public interface RowStore {
    /** Reads rows of a lane at one moment. */
    Future<Rows> read(int lane, ReadSet reads);

    /**
     * Changes rows of a lane in one atomic step.
     *
     * @param step runs again whenever rows that it read were changed before its own writes were made: it must have no effects
     */
    <T> Future<T> change(int lane, ReadSet reads, Function<Rows, RowStep<T>> step);

    /** Makes writes of a lane that depend on nothing that was read, in one atomic step and one call. */
    default Future<Void> write(int lane, WriteSet writes) {
        return change(lane, ReadSet.NONE, any -> RowStep.done("", writes)).mapEmpty();
    }

    /**
     * Reads the same rows of several lanes, each lane at one moment. A lane whose part of the store is away is left out; the
     * future fails if no lane can be read. This default asks lane by lane, as for a store that is away as a whole or not at all;
     * one that can answer for many lanes at once overrides it.
     */
    default Future<Map<Integer, Rows>> read(List<Integer> lanes, ReadSet reads) {
        return Future.all(lanes.stream()
                        .map(lane -> read(lane, reads).map(found -> Map.entry(lane, found)))
                        .toList())
                .map(all -> all.<Map.Entry<Integer, Rows>>list().stream()
                        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
    }
}
