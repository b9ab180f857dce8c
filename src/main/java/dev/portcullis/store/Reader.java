package dev.portcullis.store;

import org.jspecify.annotations.Nullable;

/** What can be read, committed only. */
public interface Reader {
    byte @Nullable [] get(Table table, byte[] key);

    /** Visits the keys from {@code from} (inclusive) to {@code to} (exclusive), ascending, until told to stop. */
    void scan(Table table, byte[] from, byte[] to, Visitor visitor);

    /** Takes one row; {@code false} ends the scan. */
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }
}
