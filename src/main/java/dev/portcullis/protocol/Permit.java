package dev.portcullis.protocol;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rows of the store that a permission rests on. The permitted action is done only if these rows are unchanged since: a node
 * may have stood still between the two (CWE-367). Rows that change with the action are written in the same step. Only the stage
 * that permits knows the meaning of its rows.
 *
 * @param unchanged the rows that were read, with their values
 * @param written the rows that are written, with their new values
 * @param counted the rows that are numbers, with the amounts that are added to them
 */
public record Permit(List<Row> unchanged, List<Row> written, List<Count> counted) {
    /** A permit that rests on nothing, and changes nothing. */
    public static final Permit UNCONDITIONAL = new Permit(List.of(), List.of(), List.of());

    public Permit {
        unchanged = List.copyOf(unchanged);
        written = List.copyOf(written);
        counted = List.copyOf(counted);
    }

    /** The permit that rests on the rows of both, and makes the writes of both. */
    public Permit and(Permit other) {
        return new Permit(
                joined(unchanged, other.unchanged), joined(written, other.written), joined(counted, other.counted));
    }

    private static <T> List<T> joined(List<T> some, List<T> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /** Whether the permit changes rows. */
    public boolean changes() {
        return !written.isEmpty() || !counted.isEmpty();
    }

    /**
     * @param partition the partition of an ordered table; empty where each row is found by its key alone
     * @param value the value; empty for no row
     */
    public record Row(String table, String partition, String key, Optional<String> value) {}

    /** An amount that is added to a row, which is found by its key alone. */
    public record Count(String table, String key, long by) {}
}
