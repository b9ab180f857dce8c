package dev.portcullis.store.rows;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The rows and ranges that a step reads. */
public record ReadSet(List<RowKey> rows, List<RowRange> ranges) {
    public static final ReadSet NONE = new ReadSet(List.of(), List.of());

    public ReadSet {
        rows = List.copyOf(rows);
        ranges = List.copyOf(ranges);
    }

    public static ReadSet of(RowKey... rows) {
        return new ReadSet(List.of(rows), List.of());
    }

    public static ReadSet of(RowRange... ranges) {
        return new ReadSet(List.of(), List.of(ranges));
    }

    public ReadSet and(ReadSet others) {
        return new ReadSet(joined(rows, others.rows), joined(ranges, others.ranges));
    }

    /** The most rows that such a read returns. */
    long most() {
        return rows.size() + ranges.stream().mapToLong(RowRange::limit).sum();
    }

    private static <T> List<T> joined(List<T> some, List<T> others) {
        if (some.isEmpty() || others.isEmpty()) {
            return some.isEmpty() ? others : some;
        }
        Set<T> all = new LinkedHashSet<>(some);
        all.addAll(others);
        return List.copyOf(all);
    }
}
