package dev.portcullis.store.embedded;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A key within a table, comparable by content. */
final class RowId {
    final Table table;
    final byte[] key;
    private final int hash;

    RowId(Table table, byte[] key) {
        this.table = table;
        this.key = key;
        this.hash = 31 * System.identityHashCode(table) + Arrays.hashCode(key);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowId row && row.table == table && Arrays.equals(row.key, key);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
