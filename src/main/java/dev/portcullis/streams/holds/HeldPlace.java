package dev.portcullis.streams.holds;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.util.Comparator;
import java.util.Optional;

/**
 * The place of a copy among those of its hold, which are in the order in which they were stored.
 *
 * @param stored the store time of the entry
 */
public record HeldPlace(long stored, StreamName stream, Position at) implements Comparable<HeldPlace> {
    private static final Comparator<HeldPlace> ORDER = Comparator.comparingLong(HeldPlace::stored)
            .thenComparing(place -> place.stream().value())
            .thenComparingLong(place -> place.at().seq())
            .thenComparing(place -> place.at().epoch());

    private static final int PARTS = 4;

    static HeldPlace of(EntryRow row) {
        return new HeldPlace(row.stored(), row.entry().stream(), row.entry().position());
    }

    /** The place that a caller hands back to go on behind it; empty if it is none. */
    public static Optional<HeldPlace> decode(String text) {
        try {
            String[] parts = text.split(" ", -1);
            return parts.length == PARTS
                    ? Optional.of(new HeldPlace(
                            Long.parseLong(parts[0]),
                            new StreamName(parts[1]),
                            new Position(parts[3], Long.parseLong(parts[2]))))
                    : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    public String encode() {
        return stored + " " + stream.value() + ' ' + at.seq() + ' ' + at.epoch();
    }

    @Override
    public int compareTo(HeldPlace other) {
        return ORDER.compare(this, other);
    }
}
