package dev.portcullis.cluster.history;

import java.util.Comparator;

/**
 * A place of a room for good: where the store forgot, a number may be given once more, but in another life of the room.
 *
 * @param life how often the room had been set back when the number was given
 */
record Spot(int life, long seq) implements Comparable<Spot> {
    private static final Comparator<Spot> ORDER =
            Comparator.comparingInt(Spot::life).thenComparingLong(Spot::seq);

    @Override
    public int compareTo(Spot other) {
        return ORDER.compare(this, other);
    }
}
