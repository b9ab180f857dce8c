package dev.portcullis.store.rows;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a step writes: rows with their new values, and rows that are removed. */
public final class WriteSet {
    public static final WriteSet NONE = new WriteSet(Map.of());

    private final Map<RowKey, Optional<String>> rows;

    private WriteSet(Map<RowKey, Optional<String>> rows) {
        this.rows = rows;
    }

    /** @param rows in the order of the writes; empty for a row that is removed */
    public static WriteSet of(Map<RowKey, Optional<String>> rows) {
        return rows.isEmpty() ? NONE : new WriteSet(new LinkedHashMap<>(rows));
    }

    public static WriteSet of(RowKey row, String value) {
        return NONE.put(row, value);
    }

    /** Takes the place of an earlier write of the same row. */
    public WriteSet put(RowKey row, String value) {
        return with(row, Optional.of(value));
    }

    public WriteSet remove(RowKey row) {
        return with(row, Optional.empty());
    }

    /** With others, which take the place of earlier ones of the same rows. */
    public WriteSet and(WriteSet others) {
        Map<RowKey, Optional<String>> all = new LinkedHashMap<>(rows);
        all.putAll(others.rows);
        return new WriteSet(all);
    }

    /** In the order of the writes; empty for a row that is removed. */
    Map<RowKey, Optional<String>> rows() {
        return rows;
    }

    private WriteSet with(RowKey row, Optional<String> value) {
        Map<RowKey, Optional<String>> changed = new LinkedHashMap<>(rows);
        changed.put(row, value);
        return new WriteSet(changed);
    }
}
