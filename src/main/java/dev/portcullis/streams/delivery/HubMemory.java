package dev.portcullis.streams.delivery;

import dev.portcullis.audit.LogThrottle;
import dev.portcullis.config.HeapShare;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds the heap that followed streams and their subscribers take, over all shards of a node. They cost heap even without
 * traffic, and a user who may enter any room can create any number of them (CWE-770). It may be called on any thread.
 */
public final class HubMemory {
    /** Approximate heap of a stream without subscribers. */
    public static final int STREAM_BYTES = 1_900;

    /** Approximate heap of one subscriber of one stream, in its shard and in its connection. */
    public static final int SUBSCRIBER_BYTES = 600;

    private static final Logger LOG = LoggerFactory.getLogger(HubMemory.class);

    /** The reserve for clients that follow few streams, when others have filled the rest: one part in this many. */
    private static final int RESERVED_FRACTION = 4;

    private final long maxBytes;
    private final long reservedForFew;
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger subscribers = new AtomicInteger();
    private final AtomicLong used = new AtomicLong();
    private final FollowShares shares = new FollowShares();
    private final LogThrottle refusals;

    HubMemory(long maxBytes, LongSupplier nanos) {
        this.maxBytes = maxBytes;
        this.reservedForFew = maxBytes / RESERVED_FRACTION;
        this.refusals = new LogThrottle(nanos);
    }

    /** Makes the memory with the rooms' share of this process's largest heap. */
    public static HubMemory ofLargestHeap() {
        return new HubMemory(HeapShare.ROOMS.ofLargestHeap(), System::nanoTime);
    }

    /**
     * Takes the memory of another stream; false where none is left.
     *
     * @param followsFew whether the client may use the reserve for those that follow few streams
     */
    boolean acquireStream(boolean followsFew) {
        return acquire(STREAM_BYTES, streams, followsFew);
    }

    void releaseStream() {
        release(STREAM_BYTES, streams);
    }

    /** Takes the memory of another subscriber; false where none is left. */
    boolean acquireSubscriber(Subscription subscription) {
        boolean acquired = acquire(SUBSCRIBER_BYTES, subscribers, subscription.followsFew());
        if (acquired) {
            shares.add(subscription);
        }
        return acquired;
    }

    void releaseSubscriber(Subscription subscription) {
        shares.remove(subscription);
        release(SUBSCRIBER_BYTES, subscribers);
    }

    /** Whether a refused subscription will find memory in a moment, since a user who follows much more gives some up. */
    boolean makesRoomFor(Subscription refused) {
        return shares.makeRoomFor(refused.user());
    }

    /** Whether only the reserve is left: streams without subscribers are not kept then. */
    boolean isShort() {
        return used.get() > maxBytes - reservedForFew;
    }

    /** Logs a join that was refused for lack of memory, at maxBytes once in ten seconds (CWE-779). */
    void countRefused() {
        refusals.suppressed()
                .ifPresent(suppressed -> LOG.atWarn()
                        .addKeyValue("event", "rooms.full")
                        .addKeyValue("rooms", streams.get())
                        .addKeyValue("members", subscribers.get())
                        .addKeyValue("bytes", used.get())
                        .addKeyValue("mostBytes", maxBytes)
                        .addKeyValue("suppressed", suppressed)
                        .log("a join was refused: this node has no memory for more rooms or members"));
    }

    private boolean acquire(int bytes, AtomicInteger counted, boolean followsFew) {
        long limit = followsFew ? maxBytes : maxBytes - reservedForFew;
        if (used.addAndGet(bytes) > limit) { // adds before it compares: two threads may race for the last (CWE-367)
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
