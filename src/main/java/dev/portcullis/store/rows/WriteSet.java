package dev.portcullis.store.rows;

import dev.portcullis.protocol.Permit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The writes of a step.
 *
 * @param cleared the partitions of which all rows are removed, before anything is written
 * @param rows the rows with their new values, in the order of the writes; empty for a row that is removed
 * @param counts the rows that are numbers, with the amount that is added to each. A row that becomes 0 is removed
 */
public record WriteSet(List<Partition> cleared, Map<RowKey, Optional<String>> rows, Map<RowKey, Long> counts) {
    public static final WriteSet NONE = new WriteSet(List.of(), Map.of(), Map.of());

    /** @param rows the rows in the order of the writes; empty for a row that is removed */
    public static WriteSet of(Map<RowKey, Optional<String>> rows) {
        return new WriteSet(List.of(), new LinkedHashMap<>(rows), Map.of());
    }

    public static WriteSet of(RowKey row, String value) {
        return NONE.put(row, value);
    }

    /** The writes of a permit. */
    public static WriteSet of(Permit permit) {
        Map<RowKey, Optional<String>> rows = new LinkedHashMap<>();
        permit.written().forEach(row -> rows.put(RowKey.of(row), row.value()));
        Map<RowKey, Long> counts = new LinkedHashMap<>();
        permit.counted().forEach(count -> counts.put(RowKey.of(count.table(), count.key()), count.by()));
        return new WriteSet(List.of(), rows, counts);
    }

    /** Writes a row, and replaces an earlier write of the same row. */
    public WriteSet put(RowKey row, String value) {
        return with(row, Optional.of(value));
    }

    public WriteSet remove(RowKey row) {
        return with(row, Optional.empty());
    }

    /**
     * Adds to a row that is found by its key alone, whatever others add meanwhile: a step that only counts need not read the row,
     * and so is not repeated because of them.
     */
    public WriteSet add(RowKey row, long more) {
        Map<RowKey, Long> changed = new LinkedHashMap<>(counts);
        changed.merge(row, more, Long::sum);
        return new WriteSet(cleared, rows, changed);
    }

    /** Removes all rows of a partition but those that this step writes. */
    public WriteSet clear(Partition partition) {
        return new WriteSet(
                Stream.concat(cleared.stream(), Stream.of(partition)).toList(), rows, counts);
    }

    /** Adds other writes, which replace earlier ones of the same rows. */
    public WriteSet and(WriteSet others) {
        List<Partition> allCleared = new ArrayList<>(cleared);
        allCleared.addAll(others.cleared);
        Map<RowKey, Optional<String>> all = new LinkedHashMap<>(rows);
        all.putAll(others.rows);
        Map<RowKey, Long> allCounts = new LinkedHashMap<>(counts);
        others.counts.forEach((row, more) -> allCounts.merge(row, more, Long::sum));
        return new WriteSet(allCleared, all, allCounts);
    }

    public boolean isEmpty() {
        return cleared.isEmpty() && rows.isEmpty() && counts.isEmpty();
    }

    private WriteSet with(RowKey row, Optional<String> value) {
        Map<RowKey, Optional<String>> changed = new LinkedHashMap<>(rows);
        changed.put(row, value);
        return new WriteSet(cleared, changed, counts);
    }
}
