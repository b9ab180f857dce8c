package dev.portcullis.store.rows;

import dev.portcullis.protocol.Permit;
import dev.portcullis.store.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows of a lane at one moment.
 *
 * @param now that moment, in milliseconds by the store's clock
 */
public record Rows(long now, Map<RowKey, Optional<String>> rows, Map<RowRange, List<Row>> ranges) {
    /** A row of a range. */
    public record Row(String key, String value) {}

    public Rows {
        rows = Map.copyOf(rows);
        ranges = Map.copyOf(ranges);
    }

    /** The same rows, which have not changed since. */
    Rows at(long later) {
        return new Rows(later, rows, ranges);
    }

    /** The number of rows that were found in ranges. */
    int inRanges() {
        return ranges.values().stream().mapToInt(List::size).sum();
    }

    /** Whether the row was read, existing or not. */
    public boolean has(RowKey key) {
        return rows.containsKey(key);
    }

    /** Whether the range was read. */
    public boolean has(RowRange range) {
        return ranges.containsKey(range);
    }

    /** The row's value; empty if there is no such row. */
    public Optional<String> get(RowKey key) {
        Optional<String> row = rows.get(key);
        if (row == null) {
            throw new IllegalStateException("a step has not asked for a row of " + key.table());
        }
        return row;
    }

    /** The number in a row; 0 if there is no such row. */
    public long number(RowKey key) {
        return number(key, 0);
    }

    /** Fails for a row that can't be read: to guess could give a right, or take one away (CWE-636). */
    private long number(RowKey key, long absent) {
        try {
            return get(key).map(Long::valueOf).orElse(absent);
        } catch (NumberFormatException malformed) {
            throw new StoreFailure("a number of " + key.table() + " can't be read");
        }
    }

    /** The number of the newest row of a queue; 0 if it never had one. */
    public long newest(RowQueue queue) {
        return number(queue.newest());
    }

    /** The number of the oldest row of a queue, as those wrote it who remove rows. Pushes may have removed more. */
    public long oldest(RowQueue queue) {
        return number(queue.oldest(), 1);
    }

    /** The number of the oldest row of a queue that is kept. */
    public long oldestKept(RowQueue queue) {
        return Math.max(oldest(queue), newest(queue) - queue.most() + 1);
    }

    public List<Row> get(RowRange range) {
        List<Row> found = ranges.get(range);
        if (found == null) {
            throw new IllegalStateException("a step has not asked for rows of " + range.table());
        }
        return found;
    }

    /** Makes a permit for another step, which makes these writes if some rows that were read here are unchanged. */
    public Permit permit(List<RowKey> unchanged, WriteSet writes) {
        if (writes.unless().isPresent()
                || !writes.cleared().isEmpty()
                || !writes.lifetimes().isEmpty()
                || !writes.pushes().isEmpty()) {
            throw new IllegalArgumentException("a permit only writes rows and adds to them");
        }
        List<Permit.Row> rests = new ArrayList<>(unchanged.size());
        for (RowKey row : unchanged) { // no stream: each frame comes here
            rests.add(permitted(row, get(row)));
        }
        return writes.isEmpty()
                ? new Permit(rests, List.of(), List.of())
                : new Permit(rests, written(writes), counted(writes));
    }

    /** Makes a permit for another step, which writes nothing of its own, if none of these rows is there. */
    public static Permit permitWithout(List<RowKey> rows) {
        List<Permit.Row> rests = new ArrayList<>(rows.size());
        for (RowKey row : rows) {
            rests.add(permitted(row, Optional.empty()));
        }
        return new Permit(rests, List.of(), List.of());
    }

    private static List<Permit.Row> written(WriteSet writes) {
        return writes.rows().entrySet().stream()
                .map(write -> permitted(write.getKey(), write.getValue()))
                .toList();
    }

    private static List<Permit.Count> counted(WriteSet writes) {
        return writes.counts().entrySet().stream()
                .map(count ->
                        new Permit.Count(count.getKey().table(), count.getKey().key(), count.getValue()))
                .toList();
    }

    private static Permit.Row permitted(RowKey row, Optional<String> value) {
        return new Permit.Row(row.table(), row.partition().orElse(""), row.key(), value);
    }
}
