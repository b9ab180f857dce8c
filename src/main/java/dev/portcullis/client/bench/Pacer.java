package dev.portcullis.client.bench;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Sends on a fixed schedule, with the senders in rotation. A late message carries the time at which it was due, so that
 * the delay counts ("coordinated omission").
 */
final class Pacer {
    private final ScheduledExecutorService scheduler;
    private final List<LongConsumer> senders;
    private final long from;
    private final long to;
    private final double intervalNanos;
    private final LongSupplier nanos;
    private volatile long index;

    Pacer(
            ScheduledExecutorService scheduler,
            List<LongConsumer> senders,
            double perSecond,
            long from,
            long to,
            LongSupplier nanos) {
        this.scheduler = scheduler;
        this.senders = senders;
        this.from = from;
        this.to = to;
        this.nanos = nanos;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    void start() {
        scheduleNext();
    }

    /** Whether all due messages were handed to the senders. */
    boolean isDone() {
        return due() >= to;
    }

    private void tick() {
        while (due() <= nanos.getAsLong() && due() < to) {
            long each = index;
            senders.get((int) (each % senders.size())).accept(due());
            index = each + 1; // only this thread writes it
        }
        scheduleNext();
    }

    private void scheduleNext() {
        if (due() < to) {
            var unused = scheduler.schedule(this::tick, Math.max(0, due() - nanos.getAsLong()), TimeUnit.NANOSECONDS);
        }
    }

    private long due() {
        return from + (long) (index * intervalNanos);
    }
}
