package dev.portcullis.streams;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what all carriers of a node carry: each stream costs heap though nobody speaks in it, and whoever may enter any
 * room makes as many as they like (CWE-770). Any thread calls.
 */
public final class CarriedStreams {
    /** Of the heap, about, for one with a single member, at its carrier and at the member's connection. */
    static final int STREAM_BYTES = 2_500;

    static final int FEWEST = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(CarriedStreams.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final int most;
    private final LongSupplier nanos;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong quietUntil;
    private final AtomicLong unsaid = new AtomicLong();

    CarriedStreams(int most, LongSupplier nanos) {
        this.most = most;
        this.nanos = nanos;
        this.quietUntil = new AtomicLong(nanos.getAsLong());
    }

    /** As many as this process has room for. */
    public static CarriedStreams ofLargestHeap() {
        return new CarriedStreams(roomFor(Runtime.getRuntime().maxMemory()), System::nanoTime);
    }

    /** How many an eighth of a heap has room for: a full one ends the process. */
    static int roomFor(long heapBytes) {
        return (int) Math.max(FEWEST, Math.min(Integer.MAX_VALUE, heapBytes / 8 / STREAM_BYTES));
    }

    /** Whether there is room for another, which counts from now on. */
    boolean take() {
        if (count.incrementAndGet() > most) { // taken first and looked at then: two may come for the last (CWE-367)
            count.decrementAndGet();
            return false;
        }
        return true;
    }

    void giveBack() {
        count.decrementAndGet();
    }

    /** Somebody could not join since this node, or one of its carriers, has no room: one line in ten seconds (CWE-779). */
    void tellRefused() {
        long now = nanos.getAsLong();
        long until = quietUntil.get();
        if (now - until < 0 || !quietUntil.compareAndSet(until, now + QUIET_NANOS)) {
            unsaid.incrementAndGet();
            return;
        }
        LOG.atWarn()
                .addKeyValue("event", "rooms.full")
                .addKeyValue("carried", count.get())
                .addKeyValue("roomFor", most)
                .addKeyValue("unsaid", unsaid.getAndSet(0))
                .log("no more rooms can be carried here: a join was refused");
    }
}
