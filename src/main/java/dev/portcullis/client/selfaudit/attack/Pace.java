package dev.portcullis.client.selfaudit.attack;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** At most so many handshakes in any minute, so that an audit does not use up the limits of those who share its address. */
public final class Pace {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final int perMinute;
    private final LongSupplier nanos;
    private final Sleeper sleeper;
    private final Deque<Long> taken = new ArrayDeque<>();

    /** Lets time pass. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(long nanos) throws InterruptedException;
    }

    public Pace(int perMinute) {
        this(perMinute, System::nanoTime, TimeUnit.NANOSECONDS::sleep);
    }

    Pace(int perMinute, LongSupplier nanos, Sleeper sleeper) {
        this.perMinute = perMinute;
        this.nanos = nanos;
        this.sleeper = sleeper;
    }

    /** Waits until one more is allowed. */
    synchronized void take() throws InterruptedException {
        forget();
        while (taken.size() >= perMinute) {
            sleeper.sleep(Math.max(1, taken.getFirst() + MINUTE_NANOS - nanos.getAsLong()));
            forget();
        }
        taken.addLast(nanos.getAsLong());
    }

    /** The one that was taken last was not needed. */
    synchronized void giveBack() {
        taken.pollLast();
    }

    private void forget() {
        while (!taken.isEmpty() && nanos.getAsLong() - taken.getFirst() >= MINUTE_NANOS) {
            taken.removeFirst();
        }
    }
}
