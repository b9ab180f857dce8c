package dev.portcullis.store.rows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The last results of reads of many lanes, as long as no row has changed since. Some stages look twice a second whether there is work for
 * them in any lane, and in a node without traffic the answer is always the same.
 */
final class UnchangedRows {
    private static final int MOST_READS = 16;
    private static final int MOST_ROWS = 1_024;

    private final Supplier<OptionalLong> version;
    private final LongSupplier clock;
    private final Map<Read, Result> results = new ConcurrentHashMap<>();

    private record Read(List<Integer> lanes, ReadSet reads) {}

    private record Result(long version, Map<Integer, Rows> lanes) {
        Map<Integer, Rows> at(long now) {
            Map<Integer, Rows> later = new HashMap<>();
            lanes.forEach((lane, rows) -> later.put(lane, rows.at(now)));
            return later;
        }
    }

    /** @param version the version of the rows; empty while they change */
    UnchangedRows(Supplier<OptionalLong> version, LongSupplier clock) {
        this.version = version;
        this.clock = clock;
    }

    /**
     * The rows as they are now, or as they were at a moment since the call.
     *
     * @param before the version before the snapshot of this read: if it is still the same, the snapshot is of this version
     * @param fromStore reads that snapshot
     */
    Map<Integer, Rows> read(
            List<Integer> lanes, ReadSet reads, OptionalLong before, Supplier<Map<Integer, Rows>> fromStore) {
        Read read = new Read(lanes, reads);
        OptionalLong now = version.get();
        Optional<Result> known = Optional.ofNullable(results.get(read))
                .filter(result -> now.isPresent() && now.getAsLong() == result.version);
        if (known.isPresent()) {
            return known.get().at(clock.getAsLong());
        }
        Map<Integer, Rows> found = fromStore.get();
        if (now.isPresent() && now.equals(before) && isSmall(found)) {
            keep(read, new Result(now.getAsLong(), found));
        }
        return found;
    }

    private void keep(Read read, Result result) {
        if (results.size() >= MOST_READS) {
            results.clear();
        }
        results.put(read, result);
    }

    private static boolean isSmall(Map<Integer, Rows> lanes) {
        return lanes.values().stream().mapToInt(Rows::inRanges).sum() <= MOST_ROWS;
    }
}
