package dev.portcullis.store.embedded;

import dev.portcullis.store.StoreFailure;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Snapshot;

/** Reads the engine on a snapshot, or in its latest state for the writer, the only thread that changes it. */
final class SnapshotReader implements Reader, AutoCloseable {
    private final RocksDB db;
    private final @Nullable Snapshot snapshot;
    private final ReadOptions options;

    private SnapshotReader(RocksDB db, @Nullable Snapshot snapshot, boolean caching) {
        this.db = db;
        this.snapshot = snapshot;
        this.options = new ReadOptions().setFillCache(caching);
        if (snapshot != null) {
            options.setSnapshot(snapshot);
        }
    }

    static SnapshotReader latest(RocksDB db) {
        return new SnapshotReader(db, null, true);
    }

    static SnapshotReader snapshot(RocksDB db) {
        return new SnapshotReader(db, db.getSnapshot(), true);
    }

    /** A reader for one-time scans: it does not evict rows from the cache. */
    static SnapshotReader uncached(RocksDB db) {
        return new SnapshotReader(db, db.getSnapshot(), false);
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        try {
            return db.get(table.handle(), options, key);
        } catch (RocksDBException failure) {
            throw new StoreFailure("read failed");
        }
    }

    @Override
    public void scan(Table table, byte[] from, byte[] to, Visitor visitor) {
        scan(RowScan.up(db, table, options, from, to), visitor);
    }

    @Override
    public void scanBack(Table table, byte[] from, byte[] to, Visitor visitor) {
        scan(RowScan.down(db, table, options, from, to), visitor);
    }

    @Override
    public void close() {
        options.close();
        if (snapshot != null) {
            db.releaseSnapshot(snapshot);
            snapshot.close();
        }
    }

    private static void scan(RowScan scan, Visitor visitor) {
        try (scan) {
            scan.run(visitor);
        } catch (RocksDBException failure) {
            throw new StoreFailure("scan failed");
        }
    }
}
