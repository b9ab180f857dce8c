package dev.portcullis.store.embedded;

import dev.portcullis.store.embedded.Reader.Visitor;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;

/** A scan over the rows of a range of keys. */
final class RowScan implements AutoCloseable {
    private final Slice start;
    private final Slice end;
    private final ReadOptions bounded;
    private final RocksIterator rows;
    private final boolean ascending;

    private RowScan(RocksDB db, Table table, ReadOptions options, byte[] from, byte[] to, boolean ascending) {
        this.start = new Slice(from);
        this.end = new Slice(to);
        this.bounded = new ReadOptions(options).setIterateLowerBound(start).setIterateUpperBound(end);
        this.rows = db.newIterator(table.handle(), bounded);
        this.ascending = ascending;
    }

    /** The rows from a key (inclusive) to another one (exclusive), ascending. */
    static RowScan up(RocksDB db, Table table, ReadOptions options, byte[] from, byte[] to) {
        return new RowScan(db, table, options, from, to, true);
    }

    /** The same rows, descending. */
    static RowScan down(RocksDB db, Table table, ReadOptions options, byte[] from, byte[] to) {
        return new RowScan(db, table, options, from, to, false);
    }

    /** Visits the rows until the visitor stops. */
    void run(Visitor visitor) throws RocksDBException {
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
    }

    @Override
    public void close() {
        rows.close();
        bounded.close();
        end.close();
        start.close();
    }
}
