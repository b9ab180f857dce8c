package dev.portcullis.store.embedded;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/** Writes that wait for their commit: emptied tables first, then rows with their last value only. */
final class StagedWrites {
    /** Marks a deleted row; distinguished by identity from an empty row. */
    static final byte[] DELETED = new byte[0];

    private final Set<Table> emptied = new LinkedHashSet<>();
    private final Map<Change, byte[]> rows = new LinkedHashMap<>();

    boolean isEmpty() {
        return emptied.isEmpty() && rows.isEmpty();
    }

    /** The row's staged value, {@link #DELETED}, or null if nothing was staged for it. */
    byte @Nullable [] find(Table table, byte[] key) {
        byte[] row = rows.get(new Change(table, key));
        return row == null && emptied.contains(table) ? DELETED : row;
    }

    boolean isEmptied(Table table) {
        return emptied.contains(table);
    }

    /** Copies the staged rows of a range of keys; {@link #DELETED} for a deleted row. */
    void copyTo(Map<byte[], byte[]> target, Table table, byte[] from, byte[] to) {
        rows.forEach((change, row) -> {
            if (change.table == table
                    && Arrays.compareUnsigned(from, change.key) <= 0
                    && Arrays.compareUnsigned(change.key, to) < 0) {
                target.put(change.key, row);
            }
        });
    }

    void put(Table table, byte[] key, byte[] value) {
        rows.put(new Change(table, key), value);
    }

    void empty(Table table) {
        rows.keySet().removeIf(change -> change.table == table);
        emptied.add(table);
    }

    void add(StagedWrites later) {
        later.emptied.forEach(this::empty);
        rows.putAll(later.rows);
    }

    void copyTo(WriteBatch batch, RocksDB db) throws RocksDBException {
        for (Table table : emptied) {
            delete(table, batch, db);
        }
        for (Map.Entry<Change, byte[]> row : rows.entrySet()) {
            Change change = row.getKey();
            if (row.getValue() == DELETED) {
                batch.delete(change.table.handle(), change.key);
            } else {
                batch.put(change.table.handle(), change.key, row.getValue());
            }
        }
    }

    /** Deletes all rows by one range. Dropping the column family instead would close it under concurrent readers. */
    private static void delete(Table table, WriteBatch batch, RocksDB db) throws RocksDBException {
        try (RocksIterator all = db.newIterator(table.handle())) {
            all.seekToLast();
            all.status();
            if (all.isValid()) {
                byte[] last = all.key();
                batch.deleteRange(table.handle(), new byte[0], Arrays.copyOf(last, last.length + 1));
            }
        }
    }

    /** A key within a table, comparable by content. */
    private static final class Change {
        private final Table table;
        private final byte[] key;
        private final int hash;

        Change(Table table, byte[] key) {
            this.table = table;
            this.key = key;
            this.hash = 31 * System.identityHashCode(table) + Arrays.hashCode(key);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Change change && change.table == table && Arrays.equals(change.key, key);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
