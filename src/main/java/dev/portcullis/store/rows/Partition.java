package dev.portcullis.store.rows;

import dev.portcullis.store.rows.RowRange.Direction;
import java.util.Optional;

/** The rows of a table that belong together, in the order of their keys. */
public record Partition(String table, String name) {
    private static final String FIRST = "";
    private static final String BEHIND = "\1"; // comes before each printable character
    private static final String LAST = "\177"; // comes behind each printable character

    public Partition {
        RowKey.requirePrintable(table);
        RowKey.requirePrintable(name);
    }

    public RowKey row(String key) {
        return new RowKey(table, Optional.of(name), key);
    }

    public RowRange first(int limit) {
        return new RowRange(table, name, FIRST, LAST, limit, Direction.UP);
    }

    public RowRange last(int limit) {
        return new RowRange(table, name, FIRST, LAST, limit, Direction.DOWN);
    }

    /** The first rows from a key on. */
    public RowRange from(String key, int limit) {
        return new RowRange(table, name, key, LAST, limit, Direction.UP);
    }

    /** The first rows behind a key. */
    public RowRange after(String key, int limit) {
        return from(key + BEHIND, limit);
    }

    /** The first rows whose keys come before this one. */
    public RowRange before(String key, int limit) {
        return between(FIRST, key, limit);
    }

    /** The first rows from a key on that come before another one. */
    public RowRange between(String key, String before, int limit) {
        return new RowRange(table, name, key, before, limit, Direction.UP);
    }
}
