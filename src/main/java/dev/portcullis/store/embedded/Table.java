package dev.portcullis.store.embedded;

import org.rocksdb.ColumnFamilyHandle;

/** A named table of the embedded store, with keys in byte order. */
public final class Table {
    private final String name;
    private final ColumnFamilyHandle handle;

    Table(String name, ColumnFamilyHandle handle) {
        this.name = name;
        this.handle = handle;
    }

    public String name() {
        return name;
    }

    ColumnFamilyHandle handle() {
        return handle;
    }
}
