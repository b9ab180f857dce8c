package dev.portcullis.streams.lane;

import java.util.OptionalLong;

/**
 * The last renewals of this node's lease in a lane whose answers it has: when each was made by the store's clock, which is
 * what the lease then says, and when it began here. What the store had acknowledged to this node by then came before it.
 */
final class LeaseRenewals {
    /** Half a minute of them, in a lane that nobody asks to look at: more than a replica lags that is promoted. */
    private static final int KEPT = 64;

    private final long[] millis = new long[KEPT];
    private final long[] began = new long[KEPT];
    private long noted;

    void note(long storeMillis, long nanos) {
        int slot = slot(noted++);
        millis[slot] = storeMillis;
        began[slot] = nanos;
    }

    /** When the renewal of that time began. Of two in one millisecond it is the first: it proves less. */
    OptionalLong began(long storeMillis) {
        for (long i = Math.max(0, noted - KEPT); i < noted; i++) {
            if (millis[slot(i)] == storeMillis) {
                return OptionalLong.of(began[slot(i)]);
            }
        }
        return OptionalLong.empty();
    }

    /** They were those of another life. */
    void clear() {
        noted = 0;
    }

    private static int slot(long number) {
        return (int) (number % KEPT);
    }
}
