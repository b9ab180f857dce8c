package dev.portcullis.client.pace;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A clock in milliseconds that only grows. It counts the sleep of a machine, and ignores a clock that is set back. The lead of
 * the wall clock over the monotonic clock is not added up from small differences, since both clocks are rounded. It says nothing
 * if this was not run between two looks at them.
 */
public final class ElapsedTime implements LongSupplier {
    /** The wall clock has to gain more than this, for it is rounded, and adjusted all the time. */
    private static final long NAP_MS = 50;

    private static final long SET_BACK_MS = 250;

    private final LongSupplier wall;
    private final LongSupplier ticks;
    private final long begun;
    private long ahead;
    private long slept;

    public ElapsedTime() {
        this(System::currentTimeMillis, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    /** @param ticks go on evenly, but stand still while the machine sleeps */
    public ElapsedTime(LongSupplier wall, LongSupplier ticks) {
        this.wall = wall;
        this.ticks = ticks;
        this.begun = ticks.getAsLong();
        this.ahead = wall.getAsLong() - begun;
    }

    @Override
    public synchronized long getAsLong() {
        long before = ticks.getAsLong();
        long nowWall = wall.getAsLong();
        long nowTicks = ticks.getAsLong();
        long gained = nowTicks - before > NAP_MS ? 0 : nowWall - nowTicks - ahead;
        if (gained > NAP_MS) {
            slept += gained;
        }
        if (gained > NAP_MS || gained < -SET_BACK_MS) {
            ahead += gained;
        }
        return nowTicks - begun + slept;
    }
}
