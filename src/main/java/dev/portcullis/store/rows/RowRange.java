package dev.portcullis.store.rows;

/**
 * Rows of a partition, one after another.
 *
 * @param from inclusive
 * @param before exclusive
 * @param limit rows at most
 */
public record RowRange(String table, String partition, String from, String before, int limit, Direction direction) {
    public RowRange {
        if (limit < 1) {
            throw new IllegalArgumentException("a range has at least one row");
        }
    }

    /** Where a range begins. */
    public enum Direction {
        UP,
        DOWN
    }
}
