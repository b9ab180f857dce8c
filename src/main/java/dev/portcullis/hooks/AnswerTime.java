package dev.portcullis.hooks;

import java.util.concurrent.TimeUnit;

/**
 * How long the application takes for events that it takes: so a delivery that is broken off soon leaves a slow one as much time
 * as it needs.
 */
final class AnswerTime {
    private static final long LEAST_MS = 500;
    private static final int TIMES = 4;
    private static final int WEIGHT = 8;

    private long meanNanos;

    void took(long nanos) {
        meanNanos = meanNanos == 0 ? nanos : meanNanos + (nanos - meanNanos) / WEIGHT;
    }

    /** How long a delivery may take that is broken off soon. */
    long briefMs() {
        return Math.max(LEAST_MS, TIMES * TimeUnit.NANOSECONDS.toMillis(meanNanos));
    }
}
