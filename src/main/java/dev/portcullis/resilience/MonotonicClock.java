package dev.portcullis.resilience;

import java.util.concurrent.TimeUnit;

/** A clock that is never set back. It tells how much time has passed, and not what time it is. */
public final class MonotonicClock {
    private MonotonicClock() {}

    public static long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
