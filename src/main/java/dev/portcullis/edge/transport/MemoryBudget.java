package dev.portcullis.edge.transport;

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
 * Counts the bytes queued in this node, inbound and outbound, for all connections together, but for bodies of requests: many
 * slow clients must not fill the memory (CWE-770). Requests that can wait reserve bytes first, and leave an eighth of the
 * budget free. Bytes that are already in memory are always counted; above the limit a listener frees memory. Only counts; used
 * from all event loops.
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

    /**
     * Called on the thread that reserved or took bytes. {@link #refused} and {@link #exceeded} are called once, and
     * again only after there was room.
     */
    public interface Listener {
        /** A reservation has to wait. */
        void refused();

        /** The limit is exceeded: memory must be freed. */
        void exceeded();

        /**
         * Reservations of so many bytes have waited too long: connections that hold memory without progress should be
         * closed.
         */
        void starved(long bytes);
    }

    /** A request for bytes that can be cancelled. */
    public interface Reservation {
        /**
         * {@code true}: it will not be granted. {@code false}: it was granted, and the caller has to release its bytes.
         */
        boolean cancel();

        /** Whether the reservation is neither granted nor cancelled. */
        boolean isPending();
    }

    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    /** Reserves so many bytes if they fit now. */
    boolean tryReserve(long bytes) {
        if (fits(bytes)) {
            return true;
        }
        if (refusing.compareAndSet(false, true)) {
            listeners.forEach(Listener::refused);
        }
        return false;
    }

    /**
     * Reserves so many bytes as soon as they fit, in the order of the requests.
     *
     * @param bytes at most {@link #largest}: more would never fit
     * @param granted runs once they are reserved, on the requesting thread or on the one that releases bytes
     */
    public Reservation reserve(long bytes, Runnable granted) {
        Pending reservation = new Pending(bytes, granted);
        if (!anyPending && tryReserve(bytes)) {
            reservation.claim();
            granted.run();
            return reservation;
        }
        synchronized (pending) {
            pending.add(reservation);
            anyPending = true;
        }
        grant(); // bytes may have been released in between
        return reservation;
    }

    /** Counts bytes that are already in memory. */
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

    /**
     * A reservation has waited too long. Memory is freed step by step, so that no more connections are closed than
     * needed.
     */
    public void starve() {
        long missing = Math.min(limit / 8, pendingBytes() - (largest() - used.get()));
        if (missing > 0) {
            listeners.forEach(each -> each.starved(missing));
        }
    }

    /** Whether the limit was exceeded and there is no room yet. */
    public boolean isExceeded() {
        return exceeded.get();
    }

    /** The bytes by which the use must shrink before there is room again. */
    long excess() {
        return Math.max(0, used.get() - largest());
    }

    /** The most bytes that can be reserved. */
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

    /** One thread grants at a time; it sees what other threads release meanwhile in its next round. */
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

    /** A bug in the code of one connection must not stop the grants of all others. */
    private static void run(Runnable granted) {
        try {
            granted.run();
        } catch (RuntimeException bug) {
            LOG.error("a memory grant failed unexpectedly", bug);
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
