package dev.portcullis.http.routing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A part of the memory for bodies alone: where clients of other kinds, such as those that do not read, have filled theirs, bodies
 * still have this one. Used from all event loops.
 */
public final class BodyMemory {
    private final long max;
    private final AtomicLong used = new AtomicLong();

    public BodyMemory(long max) {
        this.max = max;
    }

    /** Asked under a lock of its caller. */
    boolean tryReserve(long bytes) {
        if (used.addAndGet(bytes) <= max) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    public long used() {
        return used.get();
    }

    public long max() {
        return max;
    }
}
