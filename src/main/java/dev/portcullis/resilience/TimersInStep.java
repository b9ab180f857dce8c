package dev.portcullis.resilience;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * Timers for work that looks whether there is something to do. They fire in step: on an idle node one wake-up of an event loop serves
 * all of them, where each would need its own. Nodes that start at different times are not in step with each other.
 */
public final class TimersInStep {
    private static final long BEGAN = System.nanoTime();
    private static final long STEP_MS = 250;

    private TimersInStep() {}

    /** Fires every so many milliseconds, the first time after less. Returns the id of the timer. */
    public static long every(Vertx vertx, long ms, Handler<Long> task) {
        return vertx.setPeriodic(untilMultiple(elapsed(), ms), ms, task);
    }

    /** Fires once, less than {@value #STEP_MS} milliseconds earlier than after so many. Returns the id of the timer. */
    public static long after(Vertx vertx, long ms, Handler<Long> task) {
        return vertx.setTimer(untilStepBefore(elapsed(), ms), task);
    }

    static long untilMultiple(long elapsed, long ms) {
        return ms - elapsed % ms;
    }

    static long untilStepBefore(long elapsed, long ms) {
        return Math.max(1, ms - (elapsed + ms) % STEP_MS);
    }

    private static long elapsed() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - BEGAN);
    }
}
