package dev.portcullis.broadcast.interest;

import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What is known of one edge node's interest. While that is not all, or has not been heard of for a while, the node is
 * taken to want everything: a message too many is dropped there, one too few would have to be found by the tail check.
 * Told by one thread, asked by any.
 */
final class RemoteInterest {
    private final int bits;
    private final long maxAgeNanos;
    private final AtomicLongArray words;
    private volatile boolean complete;
    private volatile long updatedAt;
    private long incarnation;
    private long number;

    RemoteInterest(int bits, long lapseNanos) {
        this.bits = bits;
        this.maxAgeNanos = lapseNanos;
        this.words = new AtomicLongArray((bits + Long.SIZE - 1) / Long.SIZE);
    }

    boolean wants(int bit, long nanos) {
        return !complete || nanos - updatedAt > maxAgeNanos || (words.get(bit / Long.SIZE) >>> bit & 1) == 1;
    }

    /** Whether all is known then; else it has to be asked for. */
    boolean apply(InterestDelta news, long nanos) {
        if (!complete || nanos - updatedAt > maxAgeNanos || news.incarnation() != incarnation || news.from() > number) {
            complete = false;
            return false;
        }
        if (news.to() > number) {
            news.begun().forEach(bit -> put(bit, true));
            news.ended().forEach(bit -> put(bit, false));
            number = news.to();
        }
        updatedAt = nanos;
        return true;
    }

    void replace(InterestSnapshot all, long nanos) {
        complete = false; // whoever asks meanwhile is told that everything is wanted
        BitSet set = BitSet.valueOf(all.bits());
        for (int bit = 0; bit < bits; bit++) {
            put(bit, set.get(bit));
        }
        incarnation = all.incarnation();
        number = all.number();
        updatedAt = nanos;
        complete = true;
    }

    private void put(int bit, boolean on) {
        if (bit < 0 || bit >= bits) {
            return;
        }
        long mask = 1L << bit;
        words.updateAndGet(bit / Long.SIZE, word -> on ? word | mask : word & ~mask);
    }
}
