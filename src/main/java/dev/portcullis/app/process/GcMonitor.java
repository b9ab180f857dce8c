package dev.portcullis.app.process;

import java.util.concurrent.TimeUnit;

/**
 * Finds that the process does nothing but collect garbage, and finds hardly any: over a whole window nine tenths of the time
 * went to collections, and each full one left the heap nearly full. Time alone proves nothing, since a collection takes long
 * on a machine without a free core; and a heap that is nearly full may serve well.
 */
final class GcMonitor {
    private static final double TIME = 0.9;
    private static final double FULL = 0.95;

    /** One long collection is none: the machine may have stood still in its midst. */
    private static final long COLLECTIONS = 3;

    private final long windowMillis;
    private final long windowNanos;
    private long since;
    private Collections before = Collections.NONE;
    private boolean begun;
    private boolean room;

    GcMonitor(long windowMillis) {
        this.windowMillis = windowMillis;
        this.windowNanos = TimeUnit.MILLISECONDS.toNanos(windowMillis);
    }

    /**
     * What was collected since the process began.
     *
     * @param millis for which nothing else was done
     * @param full how many collections of the whole heap there were
     * @param left how much of the largest heap the last of them left in use, from 0 to 1
     */
    record Collections(long millis, long full, double left) {
        static final Collections NONE = new Collections(0, 0, 0);
    }

    /**
     * To be called again and again, by one thread.
     *
     * @return whether the process has done nothing else for a window
     */
    boolean check(long now, Collections collected) {
        room |= collected.left() < FULL;
        if (begun && now - since < windowNanos) {
            return false;
        }
        boolean nothingElse = begun
                && !room
                && collected.full() - before.full() >= COLLECTIONS
                && collected.millis() - before.millis() >= TIME * Math.max((double) windowMillis, millis(now - since));
        begun = true;
        room = false;
        since = now;
        before = collected;
        return nothingElse;
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
