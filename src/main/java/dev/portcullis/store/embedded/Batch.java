package dev.portcullis.store.embedded;

import org.jspecify.annotations.Nullable;

/** One atomic step. Its reads see what was committed, what earlier steps of the same group wrote, and its own writes. */
public interface Batch extends Reader {
    /** Like {@link #get}, for a row that no later step is likely to read: it takes no place in memory. */
    byte @Nullable [] getOnce(Table table, byte[] key);

    void put(Table table, byte[] key, byte[] value);

    void delete(Table table, byte[] key);

    /** Deletes every row of a table, in the same commit as the step's other writes. */
    void empty(Table table);
}
