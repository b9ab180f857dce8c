package dev.portcullis.store.embedded;

import org.jspecify.annotations.Nullable;

/** What was committed, as it stood at one moment: no commit shows half, or between two questions to one reader. */
public interface Reader {
    byte @Nullable [] get(Table table, byte[] key);

    /** Visits the keys from {@code from} (inclusive) to {@code to} (exclusive), ascending, until told to stop. */
    void scan(Table table, byte[] from, byte[] to, Visitor visitor);

    /** As {@link #scan}, with the same bounds, descending. */
    void scanBack(Table table, byte[] from, byte[] to, Visitor visitor);

    /** Takes one row; {@code false} ends the scan. */
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }
}
