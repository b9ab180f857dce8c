package dev.portcullis.store.embedded;

import org.jspecify.annotations.Nullable;

/** One atomic step: reads see what was committed and what the steps before this one of the same group wrote. */
public interface Batch {
    byte @Nullable [] get(Table table, byte[] key);

    void put(Table table, byte[] key, byte[] value);

    void delete(Table table, byte[] key);

    /** Forgets every row of a table, in the same commit as the step's other writes. */
    void empty(Table table);
}
