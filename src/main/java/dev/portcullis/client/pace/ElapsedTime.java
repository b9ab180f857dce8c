package dev.portcullis.client.pace;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Milliseconds that only grow: they count the sleep of a machine, and no clock that is set back. */
public final class ElapsedTime implements LongSupplier {
    private final LongSupplier wall;
    private final LongSupplier ticks;
    private long lastWall;
    private long lastTicks;
    private long elapsed;

    public ElapsedTime() {
        this(System::currentTimeMillis, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    /** @param ticks go on evenly, but stand still while the machine sleeps */
    public ElapsedTime(LongSupplier wall, LongSupplier ticks) {
        this.wall = wall;
        this.ticks = ticks;
        this.lastWall = wall.getAsLong();
        this.lastTicks = ticks.getAsLong();
    }

    @Override
    public synchronized long getAsLong() {
        long nowWall = wall.getAsLong();
        long nowTicks = ticks.getAsLong();
        elapsed += Math.max(0, Math.max(nowWall - lastWall, nowTicks - lastTicks));
        lastWall = nowWall;
        lastTicks = nowTicks;
        return elapsed;
    }
}
