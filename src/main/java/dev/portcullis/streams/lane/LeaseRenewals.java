package dev.portcullis.streams.lane;

import java.util.OptionalLong;

/**
 * The last acknowledged renewals of this node's lease in a lane. Each has its time by the store's clock, which the lease then
 * shows, and its start on this node. Everything that the store had acknowledged by that start was written before the renewal.
 */
final class LeaseRenewals {
    /** The renewals of half a minute at the usual rate: longer than a replica lags that may be promoted. */
    private static final int KEPT = 64;

    private final long[] millis = new long[KEPT];
    private final long[] beganAt = new long[KEPT];
    private long count;

    void note(long storeMillis, long nanos) {
        int slot = slot(count++);
        millis[slot] = storeMillis;
        beganAt[slot] = nanos;
    }

    /** The start of the renewal with that time. If two share a millisecond, the first is taken: it proves less. */
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
