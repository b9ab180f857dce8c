package dev.portcullis.store.embedded;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.rocksdb.ColumnFamilyHandle;

/** A named table of the embedded store, with keys in byte order. */
public final class Table {
    private final String name;
    private final ColumnFamilyHandle handle;
    private final AtomicLong changes = new AtomicLong(); // odd while a commit changes the table

    Table(String name, ColumnFamilyHandle handle) {
        this.name = name;
        this.handle = handle;
    }

    public String name() {
        return name;
    }

    /**
     * The version of the committed rows; empty while a commit changes it. As long as the version is the same, so are the rows. A caller
     * who has the result of a write finds a later version.
     */
    public OptionalLong version() {
        long now = changes.get();
        return now % 2 == 0 ? OptionalLong.of(now) : OptionalLong.empty();
    }

    void beginChange() {
        if (changes.get() % 2 == 0) {
            changes.incrementAndGet();
        }
    }

    void endChange() {
        if (changes.get() % 2 == 1) {
            changes.incrementAndGet();
        }
    }

    ColumnFamilyHandle handle() {
        return handle;
    }
}
