package dev.portcullis.store.embedded;

import org.jspecify.annotations.Nullable;

/** Rows at one moment: a reader never sees half a commit, nor a commit between two of its calls. */
public interface Reader {
    byte @Nullable [] get(Table table, byte[] key);

    /** Visits the keys from {@code from} (inclusive) to {@code to} (exclusive), ascending, until the visitor stops. */
    void scan(Table table, byte[] from, byte[] to, Visitor visitor);

    /** Like {@link #scan}, with the same bounds, descending. */
    void scanBack(Table table, byte[] from, byte[] to, Visitor visitor);

    /** Receives one row; {@code false} ends the scan. */
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }
}
