package dev.portcullis.app.process;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * Finds the event loop that has done nothing for too long. Each is given a task and must have run it when it is looked at
 * later. Where the looks themselves were late, the whole process stood still (a debugger, SIGSTOP, a long collection of
 * garbage), and every loop begins afresh.
 */
final class EventLoopMonitor {
    private static final long ANSWERED = Long.MAX_VALUE;

    private final AtomicLong[] askedAt;
    private final long limitNanos;
    private final long lateNanos;
    private long lastLook;
    private boolean begun;

    /** @param lateNanos between two looks, from which on the process itself stood still */
    EventLoopMonitor(int loops, long limitNanos, long lateNanos) {
        this.askedAt = new AtomicLong[loops];
        for (int i = 0; i < loops; i++) {
            askedAt[i] = new AtomicLong(ANSWERED);
        }
        this.limitNanos = limitNanos;
        this.lateNanos = lateNanos;
    }

    /**
     * To be called again and again, by one thread.
     *
     * @param ask gives a task to this loop, which calls {@link #answered}
     * @return a loop that is blocked
     */
    OptionalInt check(long now, IntConsumer ask) {
        boolean late = begun && now - lastLook > lateNanos;
        lastLook = now;
        begun = true;
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

    /** On the loop. */
    void answered(int loop) {
        askedAt[loop].set(ANSWERED);
    }
}
