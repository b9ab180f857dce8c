package dev.portcullis.edge.socket;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes that wait in this node, in and out, for all connections together: a crowd of slow clients must not fill the
 * memory (CWE-770). What can wait asks first and leaves an eighth of the budget free; what is here already is counted in
 * any case, and beyond the limit a listener makes room. Counts only; used from all event loops.
 */
public final class MemoryBudget {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryBudget.class);

    private final long limit;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final AtomicLong used = new AtomicLong();
    private final AtomicBoolean refusing = new AtomicBoolean();
    private final AtomicBoolean exceeded = new AtomicBoolean();
    private final Queue<Pending> pending = new ArrayDeque<>();
    private final AtomicInteger granting = new AtomicInteger();
    private volatile boolean anyPending;

    /** On the thread that asked or took. The first two are told once each time, until there is room again. */
    public interface Listener {
        /** Something that asked has to wait. */
        void refused();

        /** More waits than may: some of it must go. */
        void exceeded();

        /** So many bytes were asked for long ago: what takes room and does not move should go. */
        void starved(long bytes);
    }

    /** A wish for bytes that may be taken back. */
    public interface Reservation {
        /** {@code true}: it will not be granted any more; {@code false}: it was, and its bytes are to be released. */
        boolean cancel();

        /** Neither granted nor cancelled. */
        boolean isPending();
    }

    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    /** Takes so many bytes if they fit now. */
    public boolean tryReserve(long bytes) {
        if (fits(bytes)) {
            return true;
        }
        if (refusing.compareAndSet(false, true)) {
            listeners.forEach(Listener::refused);
        }
        return false;
    }

    /**
     * Takes so many bytes as soon as they fit, in the order in which they were asked for.
     *
     * @param bytes at most {@link #largest}: more would never fit
     * @param granted runs once they are taken, on the thread that asks or on the one that makes room
     */
    public Reservation reserve(long bytes, Runnable granted) {
        Pending asked = new Pending(bytes, granted);
        if (!anyPending && tryReserve(bytes)) {
            asked.claim();
            granted.run();
            return asked;
        }
        synchronized (pending) {
            pending.add(asked);
            anyPending = true;
        }
        grant(); // room may have come in between
        return asked;
    }

    /** Counts what is here already. */
    public void take(long bytes) {
        if (used.addAndGet(bytes) > limit && exceeded.compareAndSet(false, true)) {
            listeners.forEach(Listener::exceeded);
        }
    }

    public void release(long bytes) {
        if (used.addAndGet(-bytes) <= largest()) {
            if (refusing.get()) {
                refusing.set(false);
            }
            if (exceeded.get()) {
                exceeded.set(false);
            }
            if (anyPending) {
                grant();
            }
        }
    }

    /** Somebody who asked has waited for too long. Room is made step by step, so that no more goes than has to. */
    public void starve() {
        long missing = Math.min(limit / 8, pendingBytes() - (largest() - used.get()));
        if (missing > 0) {
            listeners.forEach(each -> each.starved(missing));
        }
    }

    /** Whether the limit was reached, and there is no room yet. */
    public boolean isExceeded() {
        return exceeded.get();
    }

    /** By how many bytes what waits must shrink before there is room again. */
    long excess() {
        return Math.max(0, used.get() - largest());
    }

    /** The most that can be reserved. */
    public long largest() {
        return limit - limit / 8;
    }

    public long used() {
        return used.get();
    }

    public long limit() {
        return limit;
    }

    private long pendingBytes() {
        synchronized (pending) {
            return pending.stream()
                    .filter(Pending::isPending)
                    .mapToLong(each -> each.bytes)
                    .sum();
        }
    }

    private boolean fits(long bytes) {
        long now = used.get();
        while (now + bytes <= largest()) {
            if (used.compareAndSet(now, now + bytes)) {
                return true;
            }
            now = used.get();
        }
        return false;
    }

    /** One thread grants at a time; what others release meanwhile it sees in its next round. */
    private void grant() {
        if (granting.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (Pending next = nextGranted(); next != null; next = nextGranted()) {
                run(next.granted);
            }
            seen = granting.addAndGet(-seen);
        } while (seen != 0);
    }

    /** One connection's bug must not stop the grants to all the others. */
    private static void run(Runnable granted) {
        try {
            granted.run();
        } catch (RuntimeException bug) {
            LOG.error("a grant of memory met a bug", bug);
        }
    }

    private @Nullable Pending nextGranted() {
        synchronized (pending) {
            for (Pending next = pending.peek(); next != null; next = pending.peek()) {
                boolean open = next.isPending();
                if (open && !fits(next.bytes)) {
                    return null;
                }
                pending.remove();
                anyPending = !pending.isEmpty();
                if (open && next.claim()) {
                    return next;
                }
                if (open) {
                    used.addAndGet(-next.bytes); // cancelled in between
                }
            }
            return null;
        }
    }

    private static final class Pending implements Reservation {
        private final long bytes;
        private final Runnable granted;
        private final AtomicBoolean open = new AtomicBoolean(true);

        Pending(long bytes, Runnable granted) {
            this.bytes = bytes;
            this.granted = granted;
        }

        @Override
        public boolean isPending() {
            return open.get();
        }

        boolean claim() {
            return open.compareAndSet(true, false);
        }

        @Override
        public boolean cancel() {
            return claim();
        }
    }
}
