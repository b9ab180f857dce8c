package dev.portcullis.store.embedded;

import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Reads a few rows that the engine has in memory, on a thread that must not wait. It takes no snapshot, since that takes the lock of the
 * engine. Instead it gives up when something was committed since it was made, so that all its rows are of one moment.
 */
final class MemoryReader implements Reader {
    static final int MOST_ROWS = 32;
    private static final int MOST_BYTES = 64 << 10;

    private final RocksDB db;
    private final ReadOptions inMemory;
    private final long moment;
    private int rowsLeft = MOST_ROWS;
    private int bytesLeft = MOST_BYTES;

    /** Ends a query that needs a thread that may wait. */
    static final class NotInMemory extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotInMemory() {
            super("needs a thread that may wait", null, false, false); // is no fault, so it has no stack trace
        }
    }

    /** @param inMemory makes the engine fail where it would have to read a file */
    MemoryReader(RocksDB db, ReadOptions inMemory) {
        this.db = db;
        this.inMemory = inMemory;
        this.moment = db.getLatestSequenceNumber();
    }

    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        byte[] row;
        try {
            row = db.get(table.handle(), inMemory, key);
        } catch (RocksDBException incomplete) {
            throw new NotInMemory();
        }
        requireMoment();
        count(row == null ? 0 : row.length);
        return row;
    }

    @Override
    public void scan(Table table, byte[] from, byte[] to, Visitor visitor) {
        scan(RowScan.up(db, table, inMemory, from, to), visitor);
    }

    @Override
    public void scanBack(Table table, byte[] from, byte[] to, Visitor visitor) {
        scan(RowScan.down(db, table, inMemory, from, to), visitor);
    }

    /** A scan is of the moment at which it was made. */
    private void scan(RowScan scan, Visitor visitor) {
        try (scan) {
            requireMoment();
            scan.run((key, row) -> {
                count(row.length);
                return visitor.visit(key, row);
            });
        } catch (RocksDBException incomplete) {
            throw new NotInMemory();
        }
    }

    private void requireMoment() {
        if (db.getLatestSequenceNumber() != moment) {
            throw new NotInMemory();
        }
    }

    private void count(int bytes) {
        rowsLeft--;
        bytesLeft -= bytes;
        if (rowsLeft < 0 || bytesLeft < 0) {
            throw new NotInMemory();
        }
    }
}
