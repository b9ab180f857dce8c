package dev.portcullis.protocol;

import java.util.List;
import java.util.Optional;

/**
 * What a permission rests on, in rows of the store. What is permitted is done only where these rows are still as they were when
 * it was permitted: a node may have stood still between the two (CWE-367). Rows that change with it are written in the same step.
 * Only the stage that permits knows what its rows mean.
 *
 * @param unchanged rows that were read, with their values
 * @param written rows with their new values
 * @param counted rows that are numbers, and change by these
 */
public record Permit(List<Row> unchanged, List<Row> written, List<Count> counted) {
    /** It rests on nothing, and changes nothing. */
    public static final Permit UNCONDITIONAL = new Permit(List.of(), List.of(), List.of());

    public Permit {
        unchanged = List.copyOf(unchanged);
        written = List.copyOf(written);
        counted = List.copyOf(counted);
    }

    /** Whether it changes rows. */
    public boolean changes() {
        return !written.isEmpty() || !counted.isEmpty();
    }

    /**
     * @param partition that of an ordered table; empty where each row is found by its key alone
     * @param value empty for no row
     */
    public record Row(String table, String partition, String key, Optional<String> value) {}

    /** A row that is found by its key alone. */
    public record Count(String table, String key, long by) {}
}
