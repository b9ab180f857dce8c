package dev.portcullis.broadcast;

import dev.portcullis.streams.Following;
import dev.portcullis.streams.StreamName;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What an edge node wants to hear: a bit for the hash of each stream that it carries. Changes are numbered, so that
 * whoever misses one knows it. May be used from every thread.
 */
final class OwnInterest implements Following {
    private final String node;
    private final long life;
    private final InterestHash hash;
    private final Runnable changed;
    private final int[] carried;
    private final List<Integer> changes = new ArrayList<>();
    private long number;

    /** @param changed called after a change; {@link #news()} tells it, and all others since it was called last */
    OwnInterest(String node, long life, int bits, Runnable changed) {
        this.node = node;
        this.life = life;
        this.hash = new InterestHash(bits);
        this.changed = changed;
        this.carried = new int[bits];
    }

    @Override
    public void began(StreamName stream) {
        if (count(hash.of(stream), 1)) {
            changed.run();
        }
    }

    @Override
    public void ended(StreamName stream) {
        if (count(hash.of(stream), -1)) {
            changed.run();
        }
    }

    /** What was not told yet. */
    synchronized InterestNews news() {
        List<Integer> begun = new ArrayList<>();
        List<Integer> ended = new ArrayList<>();
        changes.stream().distinct().forEach(bit -> (carried[bit] > 0 ? begun : ended).add(bit));
        long from = number - changes.size();
        changes.clear();
        return new InterestNews(node, life, from, number, begun, ended);
    }

    synchronized InterestWhole whole() {
        BitSet bits = new BitSet(carried.length);
        for (int bit = 0; bit < carried.length; bit++) {
            bits.set(bit, carried[bit] > 0);
        }
        return new InterestWhole(life, number, bits.toByteArray());
    }

    /** Whether the bit changed with it. */
    private synchronized boolean count(int bit, int by) {
        int before = carried[bit];
        carried[bit] = before + by;
        boolean flipped = (before == 0) != (carried[bit] == 0);
        if (flipped) {
            changes.add(bit);
            number++;
        }
        return flipped;
    }
}
