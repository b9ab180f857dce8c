package dev.portcullis.streams.lane;

import java.util.OptionalLong;

/**
 * The last acknowledged renewals of this node's lease in a lane: for each its time by the store's clock, which the lease
 * then shows, and when it began here. Everything that the store had acknowledged by then was written before the renewal.
 */
final class LeaseRenewals {
    /** Half a minute of renewals at the usual rate: longer than a replica lags that may be promoted. */
    private static final int KEPT = 64;

    private final long[] millis = new long[KEPT];
    private final long[] beganAt = new long[KEPT];
    private long count;

    void note(long storeMillis, long nanos) {
        int slot = slot(count++);
        millis[slot] = storeMillis;
        beganAt[slot] = nanos;
    }

    /** When the renewal of that time began. Of two in one millisecond the first is taken: it proves less. */
    OptionalLong startOf(long storeMillis) {
        for (long i = Math.max(0, count - KEPT); i < count; i++) {
            if (millis[slot(i)] == storeMillis) {
                return OptionalLong.of(beganAt[slot(i)]);
            }
        }
        return OptionalLong.empty();
    }

    /** Forgets the renewals of an incarnation that has ended. */
    void clear() {
        count = 0;
    }

    private static int slot(long number) {
        return (int) (number % KEPT);
    }
}
