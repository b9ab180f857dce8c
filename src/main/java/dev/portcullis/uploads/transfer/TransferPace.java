package dev.portcullis.uploads.transfer;

import java.util.concurrent.TimeUnit;

/**
 * The speed at which a client takes or sends the bytes of a file. Only the time counts in which the node waits for the client,
 * and not for the disk. A long step counts only in part, so that a process that stood still ends no transfer.
 *
 * <p>The rule is a leaky bucket. Time adds the bytes that the least speed would have moved, moved bytes take them out again, and
 * the bucket never holds less than nothing. So in any stretch of time a client moves as much as the least speed does, except for
 * {@code behindMs} of it. A client at the least speed is never too slow, however large the steps are in which a kernel passes
 * its bytes on. The bytes that the kernel takes for a peer that reads nothing help that peer only once, since they come at the
 * begin. Written on one thread.
 */
public final class TransferPace {
    /** The longest part of a step between two looks that counts: beyond it the process stood still, or was busy. */
    static final long LONGEST_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /**
     * A client at the least speed is at most one step of its kernel behind, which is shorter. A client that stops is slow soon.
     */
    private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(4);

    /** Bytes that were moved before this time count for a third as much as bytes that are moved now. */
    private static final double RECENT_NANOS = TimeUnit.SECONDS.toNanos(4);

    private static final double SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final double leastPerNano;
    private final double mostBehind;
    private double behind;
    private double recent;
    private volatile double speed;
    private volatile boolean slow;

    public TransferPace(TransferConfig config) {
        this.leastPerNano = config.minBytesPerSecond() / SECOND_NANOS;
        this.mostBehind = leastPerNano * TimeUnit.MILLISECONDS.toNanos(config.behindMs());
    }

    /** The client has moved these bytes. */
    void moved(long bytes) {
        behind = Math.max(0, behind - bytes);
        slow = behind > leastPerNano * SLOW_NANOS;
        recent += bytes;
        speed = recent / RECENT_NANOS;
    }

    /** The client was waited for. */
    void waited(long nanos) {
        long counted = Math.min(nanos, LONGEST_STEP_NANOS);
        behind += counted * leastPerNano;
        slow = behind > leastPerNano * SLOW_NANOS;
        recent *= Math.exp(-counted / RECENT_NANOS);
        speed = recent / RECENT_NANOS;
    }

    boolean isTooSlow() {
        return behind > mostBehind;
    }

    /** Whether the transfer came below the least speed, and so may go for another one. Any thread may ask. */
    boolean isSlow() {
        return slow;
    }

    /** The speed of the last seconds. Any thread may ask. */
    double bytesPerSecond() {
        return speed * SECOND_NANOS;
    }
}
