package dev.portcullis.edge.handshake;

import java.util.concurrent.TimeUnit;

/**
 * How many handshakes may be under way on an event loop, so that the frames of open sessions do not wait behind them: one more
 * for each turn of the loop that was short, and half as many for one that was long (additive increase, multiplicative decrease).
 */
final class AdmissionPace {
    static final int LEAST = 4;
    static final int MOST = 64;
    static final long LONG_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** One of so many parts of the mean is the latest measurement. */
    static final int SMOOTHING = 16;

    private static final int FIRST = 16;

    private int limit = FIRST;
    private int measured;
    private long intervalNanos;

    int limit() {
        return limit;
    }

    /** @param nanos how long a task waited for its turn */
    void turned(long nanos) {
        limit = nanos > LONG_TURN_NANOS ? Math.max(LEAST, limit / 2) : Math.min(MOST, limit + 1);
    }

    /** @param nanos since the handshake before ended, while others waited */
    void ended(long nanos) {
        measured = Math.min(measured + 1, SMOOTHING);
        intervalNanos += (nanos - intervalNanos) / measured;
    }

    /**
     * How long it takes, by what was measured, until so many handshakes have ended; 0 before enough did: the first ones of a node
     * take many times as long as those behind them.
     */
    long millisFor(int handshakes) {
        return measured < SMOOTHING ? 0 : TimeUnit.NANOSECONDS.toMillis(handshakes * intervalNanos);
    }
}
