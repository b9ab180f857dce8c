package dev.portcullis.resilience;

import java.util.concurrent.atomic.AtomicInteger;

/** Bounds how many questions to one target are unanswered. Used by all threads. */
public final class InFlightLimit {
    private final int max;
    private final AtomicInteger inFlight = new AtomicInteger();

    public InFlightLimit(int max) {
        this.max = max;
    }

    /**
     * Returns false if the limit is reached. If true, {@link #release} must follow. Counts first and compares then, so that two
     * questions cannot both get the last place (CWE-367).
     */
    public boolean tryAcquire() {
        if (inFlight.incrementAndGet() <= max) {
            return true;
        }
        inFlight.decrementAndGet();
        return false;
    }

    /** Call it once for each successful {@link #tryAcquire}. */
    public void release() {
        inFlight.decrementAndGet();
    }

    public int inFlight() {
        return inFlight.get();
    }
}
