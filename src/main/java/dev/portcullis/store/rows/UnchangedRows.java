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

    /** The rows as they are now; empty if they have to be read. */
    Optional<Map<Integer, Rows>> find(List<Integer> lanes, ReadSet reads) {
        OptionalLong now = version.get();
        return Optional.ofNullable(results.get(new Read(lanes, reads)))
                .filter(result -> now.isPresent() && now.getAsLong() == result.version)
                .map(result -> result.at(clock.getAsLong()));
    }

    /**
     * Takes the result of a read, if nothing was written meanwhile.
     *
     * @param before the version before the snapshot of this read: if it is still the same, the snapshot is of this version
     */
    void keep(List<Integer> lanes, ReadSet reads, OptionalLong before, Map<Integer, Rows> found) {
        if (before.isEmpty() || !version.get().equals(before) || !isSmall(found)) {
            return;
        }
        if (results.size() >= MOST_READS) {
            results.clear();
        }
        results.put(new Read(lanes, reads), new Result(before.getAsLong(), found));
    }

    private static boolean isSmall(Map<Integer, Rows> lanes) {
        return lanes.values().stream().mapToInt(Rows::inRanges).sum() <= MOST_ROWS;
    }
}
