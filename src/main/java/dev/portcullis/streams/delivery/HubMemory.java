package dev.portcullis.streams.delivery;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.config.HeapShare;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what all carriers of a node carry: each stream and each member of one costs heap though nobody speaks, and
 * whoever may enter any room makes as many as they like (CWE-770). Any thread calls.
 */
public final class HubMemory {
    /** Of the heap, about, for one without members. */
    public static final int STREAM_BYTES = 1_900;

    /** Of the heap, about, for one member of one stream, at its carrier and at its connection. */
    public static final int MEMBER_BYTES = 600;

    private static final Logger LOG = LoggerFactory.getLogger(HubMemory.class);

    /** What stays free for them when others, who follow as much as they may, have filled the rest. */
    private static final int PART_FOR_FEW = 4;

    private final long most;
    private final long keptForFew;
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger members = new AtomicInteger();
    private final AtomicLong used = new AtomicLong();
    private final LogThrottle refusals;

    HubMemory(long most, LongSupplier nanos) {
        this.most = most;
        this.keptForFew = most / PART_FOR_FEW;
        this.refusals = new LogThrottle(nanos);
    }

    /** As much as this process has room for. */
    public static HubMemory ofLargestHeap() {
        return new HubMemory(HeapShare.ROOMS.ofLargestHeap(), System::nanoTime);
    }

    /**
     * Whether there is room for another, which counts from now on.
     *
     * @param followsFew whether who wants it may have of what is kept for those who follow few
     */
    boolean acquireStream(boolean followsFew) {
        return acquire(STREAM_BYTES, streams, followsFew);
    }

    void releaseStream() {
        release(STREAM_BYTES, streams);
    }

    /** Likewise for a member. */
    boolean acquireSubscriber(boolean followsFew) {
        return acquire(MEMBER_BYTES, members, followsFew);
    }

    void releaseSubscriber() {
        release(MEMBER_BYTES, members);
    }

    /** Somebody could not join since this node, or one of its carriers, has no room: one line in ten seconds (CWE-779). */
    void countRefused() {
        refusals.suppressed()
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "rooms.full")
                        .addKeyValue("rooms", streams.get())
                        .addKeyValue("members", members.get())
                        .addKeyValue("bytes", used.get())
                        .addKeyValue("mostBytes", most)
                        .addKeyValue("suppressed", suppressed)
                        .log("no more rooms or members can be carried here: a join was refused"));
    }

    private boolean acquire(int bytes, AtomicInteger counted, boolean followsFew) {
        if (used.addAndGet(bytes)
                > (followsFew
                        ? most
                        : most - keptForFew)) { // taken first and looked at then: two may come for the last (CWE-367)
            used.addAndGet(-bytes);
            return false;
        }
        counted.incrementAndGet();
        return true;
    }

    private void release(int bytes, AtomicInteger counted) {
        counted.decrementAndGet();
        used.addAndGet(-bytes);
    }
}
