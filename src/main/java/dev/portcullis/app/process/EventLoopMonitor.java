package dev.portcullis.app.process;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * Finds an event loop that is blocked for too long. Each loop gets a task and must have run it by a later check. If the
 * checks themselves are late, the whole process was suspended (a debugger, SIGSTOP, a long garbage collection), and the
 * time of every loop starts again.
 */
final class EventLoopMonitor {
    private static final long ANSWERED = Long.MAX_VALUE;

    private final AtomicLong[] askedAt;
    private final long limitNanos;
    private final long lateNanos;
    private long lastCheck;
    private boolean started;

    /** @param lateNanos the time between two checks from which on the process itself was suspended */
    EventLoopMonitor(int loops, long limitNanos, long lateNanos) {
        this.askedAt = new AtomicLong[loops];
        for (int i = 0; i < loops; i++) {
            askedAt[i] = new AtomicLong(ANSWERED);
        }
        this.limitNanos = limitNanos;
        this.lateNanos = lateNanos;
    }

    /**
     * Called periodically by one thread.
     *
     * @param ask gives a task to this loop, which calls {@link #answered}
     * @return a loop that is blocked
     */
    OptionalInt check(long now, IntConsumer ask) {
        boolean late = started && now - lastCheck > lateNanos;
        lastCheck = now;
        started = true;
        for (int loop = 0; loop < askedAt.length; loop++) {
            long since = askedAt[loop].get();
            if (since == ANSWERED) {
                askedAt[loop].set(now);
                ask.accept(loop);
            } else if (late) {
                askedAt[loop].compareAndSet(since, now);
            } else if (now - since >= limitNanos) {
                return OptionalInt.of(loop);
            }
        }
        return OptionalInt.empty();
    }

    /** Called on the loop. */
    void answered(int loop) {
        askedAt[loop].set(ANSWERED);
    }
}
