package dev.portcullis.broadcast.interest;

import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.delivery.FollowedStreamsListener;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The interest of this edge node: a bit for the hash of each followed stream. Changes are numbered, so that a receiver
 * notices a missed one. Thread-safe.
 */
final class LocalInterest implements FollowedStreamsListener {
    private final String node;
    private final long incarnation;
    private final InterestHash hash;
    private final Runnable onChange;
    private final int[] followed;
    private final List<Integer> changes = new ArrayList<>();
    private long number;

    /** @param onChange called after a change; {@link #takeDelta()} returns it with all others since its last call */
    LocalInterest(String node, long incarnation, int bits, Runnable onChange) {
        this.node = node;
        this.incarnation = incarnation;
        this.hash = new InterestHash(bits);
        this.onChange = onChange;
        this.followed = new int[bits];
    }

    @Override
    public void began(StreamName stream) {
        if (count(hash.of(stream), 1)) {
            onChange.run();
        }
    }

    @Override
    public void ended(StreamName stream) {
        if (count(hash.of(stream), -1)) {
            onChange.run();
        }
    }

    /** Returns the changes that were not announced yet. */
    synchronized InterestDelta takeDelta() {
        List<Integer> begun = new ArrayList<>();
        List<Integer> ended = new ArrayList<>();
        changes.stream().distinct().forEach(bit -> (followed[bit] > 0 ? begun : ended).add(bit));
        long from = number - changes.size();
        changes.clear();
        return new InterestDelta(node, incarnation, from, number, begun, ended);
    }

    synchronized InterestSnapshot snapshot() {
        BitSet bits = new BitSet(followed.length);
        for (int bit = 0; bit < followed.length; bit++) {
            bits.set(bit, followed[bit] > 0);
        }
        return new InterestSnapshot(incarnation, number, bits.toByteArray());
    }

    /** Returns whether the bit changed. */
    private synchronized boolean count(int bit, int by) {
        int before = followed[bit];
        followed[bit] = before + by;
        boolean flipped = (before == 0) != (followed[bit] == 0);
        if (flipped) {
            changes.add(bit);
            number++;
        }
        return flipped;
    }
}
