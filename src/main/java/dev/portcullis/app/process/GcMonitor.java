package dev.portcullis.app.process;

import java.util.concurrent.TimeUnit;

/**
 * Detects a process that only collects garbage and frees hardly any memory: over a whole window nine tenths of the time
 * is spent in collections, and each full collection leaves the heap nearly full. Time alone proves nothing, because a
 * collection is slow on a machine without a free core; nor does a nearly full heap, which may serve well.
 */
final class GcMonitor {
    private static final double MIN_TIME_SHARE = 0.9;
    private static final double NEARLY_FULL = 0.95;

    /** One long collection is no proof: the machine may have been suspended during it. */
    private static final long MIN_FULL_COLLECTIONS = 3;

    private final long windowMillis;
    private final long windowNanos;
    private long windowStart;
    private Collections before = Collections.NONE;
    private boolean started;
    private boolean hadRoom;

    GcMonitor(long windowMillis) {
        this.windowMillis = windowMillis;
        this.windowNanos = TimeUnit.MILLISECONDS.toNanos(windowMillis);
    }

    /**
     * The garbage collections windowStart the process started.
     *
     * @param millis the time spent in them
     * @param full how many collections of the whole heap there were
     * @param left the share of the largest heap that was in use after the last of them, from 0 to 1
     */
    record Collections(long millis, long full, double left) {
        static final Collections NONE = new Collections(0, 0, 0);
    }

    /**
     * Called periodically by one thread.
     *
     * @return whether the process did nothing but collect garbage for a window
     */
    boolean check(long now, Collections collected) {
        hadRoom |= collected.left() < NEARLY_FULL;
        if (started && now - windowStart < windowNanos) {
            return false;
        }
        boolean onlyGarbage = started
                && !hadRoom
                && collected.full() - before.full() >= MIN_FULL_COLLECTIONS
                && collected.millis() - before.millis()
                        >= MIN_TIME_SHARE * Math.max((double) windowMillis, millis(now - windowStart));
        started = true;
        hadRoom = false;
        windowStart = now;
        before = collected;
        return onlyGarbage;
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
