package dev.portcullis.store.embedded;

import org.jspecify.annotations.Nullable;

/** One atomic step. Its reads see what was committed and what earlier steps of the same group wrote. */
public interface Batch {
    byte @Nullable [] get(Table table, byte[] key);

    void put(Table table, byte[] key, byte[] value);

    void delete(Table table, byte[] key);

    /** Deletes every row of a table, in the same commit as the step's other writes. */
    void empty(Table table);
}
