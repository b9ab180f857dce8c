package dev.portcullis.client.bench;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Sends on a fixed schedule, in turn. A message that is late, because the server or we were held up, goes out under the
 * time at which it was due, so that the wait counts ("coordinated omission").
 */
final class Pacer {
    private final ScheduledExecutorService clockwork;
    private final List<LongConsumer> senders;
    private final long from;
    private final long to;
    private final double intervalNanos;
    private final LongSupplier nanos;
    private volatile long index;

    Pacer(
            ScheduledExecutorService clockwork,
            List<LongConsumer> senders,
            double perSecond,
            long from,
            long to,
            LongSupplier nanos) {
        this.clockwork = clockwork;
        this.senders = senders;
        this.from = from;
        this.to = to;
        this.nanos = nanos;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    void start() {
        again();
    }

    /** Whether all that was due was handed to the senders. */
    boolean isDone() {
        return due() >= to;
    }

    private void tick() {
        while (due() <= nanos.getAsLong() && due() < to) {
            long each = index;
            senders.get((int) (each % senders.size())).accept(due());
            index = each + 1; // only this thread writes it
        }
        again();
    }

    private void again() {
        if (due() < to) {
            var unused = clockwork.schedule(this::tick, Math.max(0, due() - nanos.getAsLong()), TimeUnit.NANOSECONDS);
        }
    }

    private long due() {
        return from + (long) (index * intervalNanos);
    }
}
