package dev.portcullis.broadcast.expiry;

import dev.portcullis.resilience.ChunkedCalls;
import java.util.concurrent.TimeUnit;

/**
 * How many messages go at once, and how long the store is left to others behind them. Where the store is fast the parts grow, since what
 * goes together shares its commit; where it is slow they are few, and so are those that others wait for. It is used on one context only.
 */
final class SweepPace {
    static final int FEWEST = ChunkedCalls.AT_ONCE;
    static final int MOST = 64;

    private static final long FAST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_REST_MS = 500;

    private int size = FEWEST;

    /** How many messages the next part has at most. */
    int size() {
        return size;
    }

    /** Learns how long a part of this size took. Returns the milliseconds to rest. */
    long restAfter(long nanos) {
        if (nanos < FAST_NANOS) {
            size = Math.min(MOST, 2 * size);
        } else if (nanos > SLOW_NANOS) {
            size = Math.max(FEWEST, size / 2);
        }
        return rest(nanos);
    }

    /**
     * The milliseconds to rest behind work: as long as it took. So half of the time is left to others, however many messages a user has
     * end at once (CWE-770).
     */
    static long rest(long nanos) {
        return Math.min(LONGEST_REST_MS, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
    }
}
