package dev.portcullis.store.rows;

/**
 * Rows of a partition, one after another.
 *
 * @param from the first key, inclusive
 * @param before the end of the keys, exclusive
 */
public record RowRange(String table, String partition, String from, String before, int limit, Direction direction) {
    public RowRange {
        if (limit < 1) {
            throw new IllegalArgumentException("a range has at least one row");
        }
    }

    /** The end at which a read of a range begins. */
    public enum Direction {
        UP,
        DOWN
    }
}
