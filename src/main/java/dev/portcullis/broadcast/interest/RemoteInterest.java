package dev.portcullis.broadcast.interest;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The known interest of one remote edge node. While it is incomplete or outdated, the node counts as following every stream: a
 * superfluous message is dropped there, and a missing one would only be found by the tail check, later. One thread writes it, and
 * any thread reads it.
 */
final class RemoteInterest {
    private final int bits;
    private final long maxAgeNanos;
    private final AtomicLongArray words;
    private volatile boolean complete;
    private volatile long updatedAt;
    private long incarnation;
    private long number;
    private long missedIncarnation;
    private long missedNumber;

    RemoteInterest(int bits, long maxAgeNanos) {
        this.bits = bits;
        this.maxAgeNanos = maxAgeNanos;
        this.words = new AtomicLongArray((bits + Long.SIZE - 1) / Long.SIZE);
    }

    boolean wants(int bit, long nanos) {
        return !complete || nanos - updatedAt > maxAgeNanos || (words.get(bit / Long.SIZE) >>> bit & 1) == 1;
    }

    /** Returns whether the interest is complete afterwards; if not, the snapshot has to be requested. */
    boolean apply(InterestDelta delta, long nanos) {
        if (!complete
                || nanos - updatedAt > maxAgeNanos
                || delta.incarnation() != incarnation
                || delta.from() > number) {
            complete = false;
            missedIncarnation = delta.incarnation();
            missedNumber = delta.to();
            return false;
        }
        if (delta.to() > number) {
            delta.begun().forEach(bit -> put(bit, true));
            delta.ended().forEach(bit -> put(bit, false));
            number = delta.to();
        }
        updatedAt = nanos;
        return true;
    }

    /**
     * Replaces the interest by a snapshot. A delta may have come while the snapshot was on its way, and may not be part of it:
     * then the next delta requests another snapshot.
     */
    void replace(InterestSnapshot snapshot, long nanos) {
        complete = false; // concurrent readers count every stream as followed until it is complete
        BitSet set = BitSet.valueOf(snapshot.bits());
        for (int bit = 0; bit < bits; bit++) {
            put(bit, set.get(bit));
        }
        incarnation = snapshot.incarnation();
        number = snapshot.number();
        updatedAt = nanos;
        complete = missedIncarnation != incarnation || missedNumber <= number;
    }

    private void put(int bit, boolean value) {
        if (bit < 0 || bit >= bits) {
            return;
        }
        long mask = 1L << bit;
        words.updateAndGet(bit / Long.SIZE, word -> value ? word | mask : word & ~mask);
    }
}
