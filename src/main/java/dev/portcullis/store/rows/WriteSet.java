package dev.portcullis.store.rows;

import dev.portcullis.protocol.Permit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The writes of a step.
 *
 * @param unless the row that must be absent: if it is there, none of the writes are made
 * @param cleared the rows that are removed before anything is written
 * @param rows the rows with their new values, in the order of the writes; empty for a row that is removed
 * @param counts the rows that are numbers, with the amount that is added to each. A row that becomes 0 is removed
 * @param lifetimes how long the store must keep some of the rows, in milliseconds: see {@link #putFor}
 * @param pushes the rows at the ends of queues
 */
public record WriteSet(
        Optional<RowKey> unless,
        List<Cleared> cleared,
        Map<RowKey, Optional<String>> rows,
        Map<RowKey, Long> counts,
        Map<RowKey, Long> lifetimes,
        List<Push> pushes) {
    public static final WriteSet NONE =
            new WriteSet(Optional.empty(), List.of(), Map.of(), Map.of(), Map.of(), List.of());

    /**
     * Rows of a partition that are removed: all of them, or those with some keys.
     *
     * @param from the first key, inclusive
     * @param before the end of the keys, exclusive; empty if all rows are removed
     */
    public record Cleared(Partition partition, String from, Optional<String> before) {}

    /**
     * A row that is put at the end of a queue, with the {@link Stamp} of the step in front.
     *
     * @param taken the row of a partition that is removed, and whose value follows this one; if it is absent, nothing is pushed
     * @param room how many rows the queue must be below, else the whole step fails
     */
    public record Push(RowQueue queue, String value, Optional<RowKey> taken, long room) {
        boolean isBounded() {
            return room < Long.MAX_VALUE;
        }
    }

    /** @param rows the rows in the order of the writes; empty for a row that is removed */
    public static WriteSet of(Map<RowKey, Optional<String>> rows) {
        return NONE.and(new LinkedHashMap<>(rows), Map.of());
    }

    public static WriteSet of(RowKey row, String value) {
        return NONE.put(row, value);
    }

    /** The writes of a permit. */
    public static WriteSet of(Permit permit) {
        if (permit.written().isEmpty() && permit.counted().isEmpty()) {
            return NONE;
        }
        Map<RowKey, Optional<String>> rows = new LinkedHashMap<>();
        permit.written().forEach(row -> rows.put(RowKey.of(row), row.value()));
        Map<RowKey, Long> counts = new LinkedHashMap<>();
        permit.counted().forEach(count -> counts.put(RowKey.of(count.table(), count.key()), count.by()));
        return NONE.and(rows, counts);
    }

    /** Makes all writes depend on the absence of a row. */
    public WriteSet unless(RowKey row) {
        return new WriteSet(Optional.of(row), cleared, rows, counts, lifetimes, pushes);
    }

    /** Writes a row, and replaces an earlier write of the same row. */
    public WriteSet put(RowKey row, String value) {
        return and(Map.of(row, Optional.of(value)), Map.of());
    }

    /**
     * Writes a row that the store may forget after a time, and need not: its value says until when it counts. The rows of a
     * partition are either all written so or none, and are forgotten together, with the last of them.
     */
    public WriteSet putFor(RowKey row, String value, long ms) {
        WriteSet put = put(row, value);
        Map<RowKey, Long> all = new LinkedHashMap<>(put.lifetimes);
        all.put(row, ms);
        return new WriteSet(unless, cleared, put.rows, counts, all, pushes);
    }

    public WriteSet remove(RowKey row) {
        return and(Map.of(row, Optional.empty()), Map.of());
    }

    /**
     * Adds to a row that is found by its key alone, whatever others add meanwhile: a step that only counts need not read the row,
     * and so is not repeated because of them.
     */
    public WriteSet add(RowKey row, long more) {
        return and(Map.of(), Map.of(row, more));
    }

    /** Removes all rows of a partition but those that this step writes. */
    public WriteSet clear(Partition partition) {
        return clear(new Cleared(partition, "", Optional.empty()));
    }

    /**
     * Removes the rows of a partition with these keys, but for those that this step writes: many at once in one small write.
     *
     * @param from the first key, inclusive
     * @param before the end of the keys, exclusive
     */
    public WriteSet remove(Partition partition, String from, String before) {
        return clear(new Cleared(partition, from, Optional.of(before)));
    }

    /** Removes the rows of a queue from its oldest one up to this number, and says which one is the oldest from now on. */
    public WriteSet remove(RowQueue queue, long oldest, long number) {
        return remove(queue.rows(), RowQueue.key(oldest), RowQueue.key(number + 1))
                .put(queue.oldest(), Long.toString(number + 1));
    }

    /** Puts a row at the end of a queue. */
    public WriteSet push(RowQueue queue, String value) {
        return push(new Push(queue, value, Optional.empty(), Long.MAX_VALUE));
    }

    /** Puts a row at the end of a queue that has fewer rows than this; if it has not, the step fails. */
    public WriteSet pushBelow(long room, RowQueue queue, String value) {
        return push(new Push(queue, value, Optional.empty(), room));
    }

    /** Takes a row out of its partition, and puts it at the end of a queue, behind this text; nothing if there is no such row. */
    public WriteSet move(RowKey row, RowQueue queue, String text) {
        return push(new Push(queue, text, Optional.of(row), Long.MAX_VALUE));
    }

    /** Adds other writes, which depend on no absent row, and replace earlier ones of the same rows. */
    public WriteSet and(WriteSet others) {
        if (others.isEmpty() && others.lifetimes.isEmpty()) {
            return this;
        }
        if (equals(NONE) && others.unless.isEmpty()) {
            return others; // most messages write few of the sets that they are put together from
        }
        WriteSet all = and(others.rows, others.counts);
        Map<RowKey, Long> allLifetimes = new LinkedHashMap<>(all.lifetimes);
        allLifetimes.putAll(others.lifetimes);
        return new WriteSet(
                unless,
                joined(cleared, others.cleared),
                all.rows,
                all.counts,
                allLifetimes,
                joined(pushes, others.pushes));
    }

    public boolean isEmpty() {
        return cleared.isEmpty() && rows.isEmpty() && counts.isEmpty() && pushes.isEmpty();
    }

    private WriteSet clear(Cleared more) {
        return new WriteSet(unless, joined(cleared, List.of(more)), rows, counts, lifetimes, pushes);
    }

    private WriteSet push(Push push) {
        return new WriteSet(unless, cleared, rows, counts, lifetimes, joined(pushes, List.of(push)));
    }

    private WriteSet and(Map<RowKey, Optional<String>> moreRows, Map<RowKey, Long> moreCounts) {
        Map<RowKey, Optional<String>> allRows = new LinkedHashMap<>(rows);
        allRows.putAll(moreRows);
        Map<RowKey, Long> allCounts = new LinkedHashMap<>(counts);
        moreCounts.forEach((row, more) -> allCounts.merge(row, more, Long::sum));
        Map<RowKey, Long> others = new LinkedHashMap<>(lifetimes);
        others.keySet().removeAll(moreRows.keySet());
        return new WriteSet(unless, cleared, allRows, allCounts, others, pushes);
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }
}
