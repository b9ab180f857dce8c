package dev.portcullis.store;

import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Where a group goes to last. A seam of its own, so that a test can let a disk fill up. */
interface Disk {
    void commit(WriteBatch group, boolean synced) throws RocksDBException;
}
