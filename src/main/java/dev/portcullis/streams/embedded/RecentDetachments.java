package dev.portcullis.streams.embedded;

import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The times at which subscriptions to streams were ended last. Memory will do: no client of a single node waits for a
 * subscription over a restart. Streams that share a cell are checked once too often.
 */
final class RecentDetachments {
    private static final int CELLS = 4_096; // a power of two

    private final AtomicLongArray times = new AtomicLongArray(CELLS);

    /** Notes a detachment. Call it before its entry is committed. */
    void note(StreamName stream, long now) {
        times.set(cell(stream), now);
    }

    boolean has(StreamName stream, long now) {
        long last = times.get(cell(stream));
        return last > 0 && Math.abs(now - last) <= StreamStore.DETACHED_MS;
    }

    private static int cell(StreamName stream) {
        int hash = stream.hashCode();
        return (hash ^ (hash >>> 16)) & (CELLS - 1);
    }
}
