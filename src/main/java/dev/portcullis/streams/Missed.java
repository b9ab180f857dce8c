package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamStore.Bounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Works out what a member missed up to the cursor it is attached at. An empty answer means: the store must tell. */
final class Missed {
    private final Ring ring;
    private final Bounds bounds;

    Missed(Ring ring, Bounds bounds) {
        this.ring = ring;
        this.bounds = bounds;
    }

    /** From memory alone. */
    Optional<Slice> recall(StreamName stream, Optional<Position> since, Position cursor) {
        if (since.isEmpty()) {
            return Optional.of(nothing(cursor));
        }
        Position place = since.get();
        long missed = cursor.seq() - place.seq();
        if (!place.epoch().equals(cursor.epoch()) || place.seq() < 0 || missed < 0 || missed > bounds.entries()) {
            return Optional.empty();
        }
        return ring.between(stream, place.seq(), cursor.seq()).map(entries -> fitting(cursor, entries));
    }

    /** From what was read after {@code since}, while the cursor may have moved on or not yet reached the read's head. */
    Optional<Slice> fromRead(StreamName stream, Position since, Slice read, Position cursor) {
        if (!read.head().epoch().equals(cursor.epoch())) {
            return Optional.empty();
        }
        if (!read.exact()) {
            return Optional.of(nothing(cursor));
        }
        if (since.seq() > cursor.seq()) {
            return Optional.empty();
        }
        List<Entry> entries = read.entries().stream()
                .filter(entry -> entry.position().seq() <= cursor.seq())
                .toList();
        long reached = since.seq() + entries.size();
        if (reached == cursor.seq() || read.more()) {
            return Optional.of(new Slice(cursor, true, entries, reached < cursor.seq()));
        }
        return ring.between(stream, reached, cursor.seq()).map(later -> {
            List<Entry> both = new ArrayList<>(entries);
            both.addAll(later);
            return fitting(cursor, both);
        });
    }

    static Slice nothing(Position cursor) {
        return new Slice(cursor, false, List.of(), false);
    }

    private Slice fitting(Position cursor, List<Entry> entries) {
        long bytes = 0;
        for (int i = 0; i < entries.size(); i++) {
            bytes += Wire.length(entries.get(i));
            if (i > 0 && (i >= bounds.entries() || bytes > bounds.bytes())) {
                return new Slice(cursor, true, List.copyOf(entries.subList(0, i)), true);
            }
        }
        return new Slice(cursor, true, List.copyOf(entries), false);
    }
}
