package dev.portcullis.store.rows;

import java.util.Optional;

/**
 * Names a row within its lane.
 *
 * @param partition that of an ordered table; empty where each row is found by its key alone
 * @param key printable ASCII, so that every store has the same order
 */
public record RowKey(String table, Optional<String> partition, String key) {
    public RowKey {
        Partition.requirePrintable(table);
        partition.ifPresent(Partition::requirePrintable);
        Partition.requirePrintable(key);
    }

    /** A row that is found by its key alone. */
    public static RowKey of(String table, String key) {
        return new RowKey(table, Optional.empty(), key);
    }
}
