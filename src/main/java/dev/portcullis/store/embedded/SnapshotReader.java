package dev.portcullis.store.embedded;

import dev.portcullis.store.StoreFailure;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** A reader of the engine, at one moment or (for the only writer, beside whom nothing changes) of the newest state. */
final class SnapshotReader implements Reader, AutoCloseable {
    private final RocksDB db;
    private final @Nullable Snapshot moment;
    private final boolean caching;
    private final ReadOptions options;

    private SnapshotReader(RocksDB db, @Nullable Snapshot moment, boolean caching) {
        this.db = db;
        this.moment = moment;
        this.caching = caching;
        this.options = bounded();
    }

    static SnapshotReader newest(RocksDB db) {
        return new SnapshotReader(db, null, true);
    }

    static SnapshotReader ofNow(RocksDB db) {
        return new SnapshotReader(db, db.getSnapshot(), true);
    }

    /** For what is looked through once: it drops nothing out of the cache that others read. */
    static SnapshotReader passing(RocksDB db) {
        return new SnapshotReader(db, db.getSnapshot(), false);
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        try {
            return db.get(table.handle(), options, key);
        } catch (RocksDBException broken) {
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
        if (moment != null) {
            db.releaseSnapshot(moment);
            moment.close();
        }
    }

    private void scan(Table table, byte[] from, byte[] to, Visitor visitor, boolean ascending) {
        try (Slice start = new Slice(from);
                Slice end = new Slice(to);
                ReadOptions bounds = bounded().setIterateLowerBound(start).setIterateUpperBound(end);
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
        } catch (RocksDBException broken) {
            throw new StoreFailure("scan failed");
        }
    }

    private ReadOptions bounded() {
        ReadOptions fresh = new ReadOptions().setFillCache(caching);
        return moment == null ? fresh : fresh.setSnapshot(moment);
    }
}
