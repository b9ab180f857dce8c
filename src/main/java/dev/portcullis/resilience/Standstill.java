package dev.portcullis.resilience;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Notices that the process stood still, stopped or without processor time. A request that it reads right after that may have
 * waited at a socket all the while. Its sender may have given up long ago, and perhaps has done something else at another node.
 * A thread of its own notices it: an event loop that is busy for a moment, as at a start, does not mean that.
 */
public final class Standstill implements AutoCloseable {
    private static final long TICK_MS = 250;
    private static final int TICKS = 4; // at least, in the longest time

    private final LongSupplier nanos;
    private final long longestNanos;
    private final long tickMs;
    private final Thread thread = new Thread(this::watch, "standstill");
    private volatile long tickedAt;
    private volatile long behindUntil;

    /** @param longestMs for how long it may stand still unnoticed, and how long what waited may take to be read */
    Standstill(long longestMs, LongSupplier nanos) {
        this.nanos = nanos;
        this.longestNanos = TimeUnit.MILLISECONDS.toNanos(longestMs);
        this.tickMs = Math.min(TICK_MS, longestMs / TICKS);
        this.tickedAt = nanos.getAsLong();
        this.behindUntil = tickedAt;
    }

    /** Watches until it is closed. */
    public static Standstill watched(long longestMs) {
        Standstill standstill = new Standstill(longestMs, System::nanoTime);
        standstill.thread.setDaemon(true);
        standstill.thread.start();
        return standstill;
    }

    private void watch() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(tickMs);
                tick();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    void tick() {
        long now = nanos.getAsLong();
        if (now - tickedAt > longestNanos) {
            behindUntil = now + longestNanos;
        }
        tickedAt = now;
    }

    /**
     * Whether what was read at this time may have waited, at a socket before that or in the process since, also where the thread
     * has not run again yet.
     *
     * @param readAt in {@link System#nanoTime()}
     */
    public boolean mayHaveHeld(long readAt) {
        return nanos.getAsLong() - tickedAt > longestNanos || behindUntil - readAt > 0;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
