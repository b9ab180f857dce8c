package dev.portcullis.bus;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a peer node still answers. A process that is paused, or cut off, answers none of its stages: the first question
 * without an answer shows it long before its deadline and before a circuit breaker has opened for each instance. Overdue
 * answers may also mean that a stage works for long, so the node is probed meanwhile: an answer to anything clears it.
 *
 * <p>The clock is that of {@link System#nanoTime()}, handed in; questions come from every event loop.
 */
final class PeerAnswers {
    static final long PROBE_MS = 200;

    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(PROBE_MS);
    private static final long NONE = Long.MIN_VALUE;

    private final long overdueNanos;
    private final AtomicLong waitingSince = new AtomicLong(NONE);
    private final AtomicLong probedAt = new AtomicLong(NONE);

    /** @param overdueMs how long a question may wait while nothing comes from the node */
    PeerAnswers(long overdueMs) {
        this.overdueNanos = TimeUnit.MILLISECONDS.toNanos(overdueMs);
    }

    void asked(long now) {
        if (waitingSince.get() == NONE) {
            waitingSince.compareAndSet(NONE, now);
        }
    }

    /** Something came from the node, or the cluster has lost the way to ask. */
    void answered() {
        if (waitingSince.get() != NONE) {
            waitingSince.set(NONE);
        }
    }

    /** Whether a question was sent so long ago, and nothing has come from the node since. */
    boolean areOverdue(long now) {
        return owedNanos(now) > overdueNanos;
    }

    /** The time for which a question has waited while nothing came from the node. */
    long owedNanos(long now) {
        long since = waitingSince.get();
        return since == NONE ? 0 : now - since;
    }

    /** Whether a probe is due. Its sending counts from this call. */
    boolean mayProbe(long now) {
        long last = probedAt.get();
        return (last == NONE || now - last > PROBE_NANOS) && probedAt.compareAndSet(last, now);
    }
}
