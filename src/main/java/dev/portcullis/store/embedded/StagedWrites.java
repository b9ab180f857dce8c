package dev.portcullis.store.embedded;

import java.util.Arrays;
import java.util.Collections;
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
    private final Map<RowId, byte[]> rows = new LinkedHashMap<>();

    boolean isEmpty() {
        return emptied.isEmpty() && rows.isEmpty();
    }

    /** The row's staged value, {@link #DELETED}, or null if nothing was staged for it. */
    byte @Nullable [] find(RowId id) {
        byte[] row = rows.get(id);
        return row == null && emptied.contains(id.table) ? DELETED : row;
    }

    /** The tables that lose all rows that they had before. */
    Set<Table> emptied() {
        return Collections.unmodifiableSet(emptied);
    }

    /** The rows that are written; {@link #DELETED} for a deleted row. */
    Map<RowId, byte[]> rows() {
        return Collections.unmodifiableMap(rows);
    }

    boolean isEmptied(Table table) {
        return emptied.contains(table);
    }

    /** Copies the staged rows of a range of keys; {@link #DELETED} for a deleted row. */
    void copyTo(Map<byte[], byte[]> target, Table table, byte[] from, byte[] to) {
        rows.forEach((id, row) -> {
            if (id.table == table
                    && Arrays.compareUnsigned(from, id.key) <= 0
                    && Arrays.compareUnsigned(id.key, to) < 0) {
                target.put(id.key, row);
            }
        });
    }

    void put(Table table, byte[] key, byte[] value) {
        rows.put(new RowId(table, key), value);
    }

    void empty(Table table) {
        rows.keySet().removeIf(id -> id.table == table);
        emptied.add(table);
    }

    void add(StagedWrites later) {
        later.emptied.forEach(this::empty);
        rows.putAll(later.rows);
    }

    /** Tells the tables that a commit may change them from now on. */
    void beginCommit() {
        emptied.forEach(Table::beginChange);
        rows.keySet().forEach(row -> row.table.beginChange());
    }

    /** Tells the tables that the commit is over, whether it succeeded or not. */
    void endCommit() {
        emptied.forEach(Table::endChange);
        rows.keySet().forEach(row -> row.table.endChange());
    }

    void copyTo(WriteBatch batch, RocksDB db) throws RocksDBException {
        for (Table table : emptied) {
            delete(table, batch, db);
        }
        for (Map.Entry<RowId, byte[]> row : rows.entrySet()) {
            RowId id = row.getKey();
            if (row.getValue() == DELETED) {
                batch.delete(id.table.handle(), id.key);
            } else {
                batch.put(id.table.handle(), id.key, row.getValue());
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
}
