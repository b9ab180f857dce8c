package dev.portcullis.store.embedded;

import dev.portcullis.store.StoreFailure;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** Reads the engine on a snapshot, or in its latest state for the writer, the only thread that changes it. */
final class SnapshotReader implements Reader, AutoCloseable {
    private final RocksDB db;
    private final @Nullable Snapshot snapshot;
    private final boolean caching;
    private final ReadOptions options;

    private SnapshotReader(RocksDB db, @Nullable Snapshot snapshot, boolean caching) {
        this.db = db;
        this.snapshot = snapshot;
        this.caching = caching;
        this.options = newOptions();
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
        scan(table, from, to, visitor, true);
    }

    @Override
    public void scanBack(Table table, byte[] from, byte[] to, Visitor visitor) {
        scan(table, from, to, visitor, false);
    }

    @Override
    public void close() {
        options.close();
        if (snapshot != null) {
            db.releaseSnapshot(snapshot);
            snapshot.close();
        }
    }

    private void scan(Table table, byte[] from, byte[] to, Visitor visitor, boolean ascending) {
        try (Slice start = new Slice(from);
                Slice end = new Slice(to);
                ReadOptions bounds = newOptions().setIterateLowerBound(start).setIterateUpperBound(end);
                RocksIterator rows = db.newIterator(table.handle(), bounds)) {
            if (ascending) {
                rows.seekToFirst();
            } else {
                rows.seekToLast();
            }
            while (rows.isValid() && visitor.visit(rows.key(), rows.value())) {
                if (ascending) {
                    rows.next();
                } else {
                    rows.prev();
                }
            }
            rows.status();
        } catch (RocksDBException failure) {
            throw new StoreFailure("scan failed");
        }
    }

    private ReadOptions newOptions() {
        ReadOptions options = new ReadOptions().setFillCache(caching);
        return snapshot == null ? options : options.setSnapshot(snapshot);
    }
}
