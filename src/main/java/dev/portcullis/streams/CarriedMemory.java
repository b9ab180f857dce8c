package dev.portcullis.streams;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what all carriers of a node carry: each stream and each member of one costs heap though nobody speaks, and
 * whoever may enter any room makes as many as they like (CWE-770). Any thread calls.
 */
public final class CarriedMemory {
    /** Of the heap, about, for one without members. */
    static final int STREAM_BYTES = 1_900;

    /** Of the heap, about, for one member of one stream, at its carrier and at its connection. */
    static final int MEMBER_BYTES = 600;

    /** As much is had by the smallest of heaps. */
    static final int LEAST_BYTES = 2_500_000;

    private static final Logger LOG = LoggerFactory.getLogger(CarriedMemory.class);
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long most;
    private final LongSupplier nanos;
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger members = new AtomicInteger();
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong quietUntil;
    private final AtomicLong unsaid = new AtomicLong();

    CarriedMemory(long most, LongSupplier nanos) {
        this.most = most;
        this.nanos = nanos;
        this.quietUntil = new AtomicLong(nanos.getAsLong());
    }

    /** As much as this process has room for. */
    public static CarriedMemory ofLargestHeap() {
        return new CarriedMemory(shareOf(Runtime.getRuntime().maxMemory()), System::nanoTime);
    }

    /** A full heap ends the process. */
    static long shareOf(long heapBytes) {
        return Math.max(LEAST_BYTES, heapBytes / 8);
    }

    /** Whether there is room for another, which counts from now on. */
    boolean takeStream() {
        return take(STREAM_BYTES, streams);
    }

    void giveBackStream() {
        giveBack(STREAM_BYTES, streams);
    }

    /** Whether there is room for another, which counts from now on. */
    boolean takeMember() {
        return take(MEMBER_BYTES, members);
    }

    void giveBackMember() {
        giveBack(MEMBER_BYTES, members);
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
                .addKeyValue("rooms", streams.get())
                .addKeyValue("members", members.get())
                .addKeyValue("bytes", used.get())
                .addKeyValue("mostBytes", most)
                .addKeyValue("unsaid", unsaid.getAndSet(0))
                .log("no more rooms or members can be carried here: a join was refused");
    }

    private boolean take(int bytes, AtomicInteger counted) {
        if (used.addAndGet(bytes) > most) { // taken first and looked at then: two may come for the last (CWE-367)
            used.addAndGet(-bytes);
            return false;
        }
        counted.incrementAndGet();
        return true;
    }

    private void giveBack(int bytes, AtomicInteger counted) {
        counted.decrementAndGet();
        used.addAndGet(-bytes);
    }
}
