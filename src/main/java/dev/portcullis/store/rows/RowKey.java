package dev.portcullis.store.rows;

import dev.portcullis.protocol.Permit;
import java.util.Locale;
import java.util.Optional;

/**
 * Names a row within its lane.
 *
 * @param partition the partition of an ordered table; empty where each row is found by its key alone
 */
public record RowKey(String table, Optional<String> partition, String key) {
    public RowKey {
        RowNames.requirePrintable(table);
        partition.ifPresent(RowNames::requirePrintable);
        RowNames.requirePrintable(key);
    }

    /** A row that is found by its key alone. */
    public static RowKey of(String table, String key) {
        return new RowKey(table, Optional.empty(), key);
    }

    /** The text of a number, in the order of the numbers, as a key or a part of one. */
    public static String ordered(long number) {
        return String.format(Locale.ROOT, "%019d", number);
    }

    static RowKey of(Permit.Row row) {
        return new RowKey(row.table(), Optional.of(row.partition()).filter(name -> !name.isEmpty()), row.key());
    }
}
