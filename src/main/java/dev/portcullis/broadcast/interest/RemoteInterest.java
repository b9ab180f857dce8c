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
    private final long lapseNanos;
    private final AtomicLongArray words;
    private volatile boolean whole;
    private volatile long heardAt;
    private long incarnation;
    private long number;

    RemoteInterest(int bits, long lapseNanos) {
        this.bits = bits;
        this.lapseNanos = lapseNanos;
        this.words = new AtomicLongArray((bits + Long.SIZE - 1) / Long.SIZE);
    }

    boolean wants(int bit, long nanos) {
        return !whole || nanos - heardAt > lapseNanos || (words.get(bit / Long.SIZE) >>> bit & 1) == 1;
    }

    /** Whether all is known then; else it has to be asked for. */
    boolean apply(InterestDelta news, long nanos) {
        if (!whole || nanos - heardAt > lapseNanos || news.incarnation() != incarnation || news.from() > number) {
            whole = false;
            return false;
        }
        if (news.to() > number) {
            news.begun().forEach(bit -> put(bit, true));
            news.ended().forEach(bit -> put(bit, false));
            number = news.to();
        }
        heardAt = nanos;
        return true;
    }

    void learn(InterestSnapshot all, long nanos) {
        whole = false; // whoever asks meanwhile is told that everything is wanted
        BitSet set = BitSet.valueOf(all.bits());
        for (int bit = 0; bit < bits; bit++) {
            put(bit, set.get(bit));
        }
        incarnation = all.incarnation();
        number = all.number();
        heardAt = nanos;
        whole = true;
    }

    private void put(int bit, boolean on) {
        if (bit < 0 || bit >= bits) {
            return;
        }
        long mask = 1L << bit;
        words.updateAndGet(bit / Long.SIZE, word -> on ? word | mask : word & ~mask);
    }
}
