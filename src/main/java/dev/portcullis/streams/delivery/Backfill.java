package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamsConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Remembers what was delivered and read, and works out what a member missed up to the cursor, as much of it as one part may have. An empty answer means: the store
 * must tell.
 */
final class Backfill {
    private final StreamName stream;
    private final RecentEntries recentEntries;
    private final PageCache pages;
    private final Bounds part;
    private final int recalled;

    Backfill(StreamName stream, RecentEntries recent, PageCache pages, StreamsConfig config) {
        this.stream = stream;
        this.recentEntries = recent;
        this.pages = pages;
        this.part = config.part();
        this.recalled = config.resume().entries();
    }

    /** These were delivered, and are the newest. */
    void keep(List<StreamEntry> delivered) {
        recentEntries.add(stream, delivered);
    }

    /** The first read brought this. */
    void keep(Optional<Position> since, Slice read) {
        if (read.exact() && !read.more()) {
            keep(read.entries());
        } else if (read.exact()) {
            since.ifPresent(place -> pages.keep(stream, place.seq(), read));
        }
    }

    /** The stream does not go on from what was delivered last. */
    void forgetDelivered() {
        recentEntries.forget(stream);
    }

    void forget() {
        forgetDelivered();
        pages.forget(stream);
    }

    /** From memory alone. */
    Optional<Slice> fromMemory(Optional<Position> since, Position cursor) {
        if (since.isEmpty()) {
            return Optional.of(nothing(cursor));
        }
        Position place = since.get();
        long missed = cursor.seq() - place.seq();
        if (!place.epoch().equals(cursor.epoch()) || place.seq() < 0 || missed < 0) {
            return Optional.empty();
        }
        Optional<List<StreamEntry>> recent =
                missed > recalled ? Optional.empty() : recentEntries.between(stream, place.seq(), cursor.seq());
        return recent.or(() -> pages.after(stream, place).map(page -> upTo(page, cursor)))
                .map(entries -> fitting(place, cursor, entries));
    }

    /** From what was read after {@code since}, while the cursor may have moved on or not yet reached the read's head. */
    Optional<Slice> fromRead(Position since, Slice read, Position cursor) {
        if (!read.head().epoch().equals(cursor.epoch())) {
            return Optional.empty();
        }
        if (!read.exact()) {
            return Optional.of(nothing(cursor));
        }
        pages.keep(stream, since.seq(), read);
        if (since.seq() > cursor.seq()) {
            return Optional.empty();
        }
        List<StreamEntry> entries = upTo(read.entries(), cursor);
        long reached = since.seq() + entries.size();
        if (reached == cursor.seq() || read.more()) {
            return Optional.of(fitting(since, cursor, entries));
        }
        return recentEntries.between(stream, reached, cursor.seq()).map(later -> {
            List<StreamEntry> both = new ArrayList<>(entries);
            both.addAll(later);
            return fitting(since, cursor, both);
        });
    }

    static Slice nothing(Position cursor) {
        return new Slice(cursor, false, List.of(), false);
    }

    /** Those that were delivered: what lies ahead of the cursor may bar somebody. */
    private static List<StreamEntry> upTo(List<StreamEntry> entries, Position cursor) {
        return entries.stream()
                .filter(entry -> entry.position().seq() <= cursor.seq())
                .toList();
    }

    private Slice fitting(Position since, Position cursor, List<StreamEntry> entries) {
        long bytes = 0;
        int count = 0;
        for (StreamEntry entry : entries) {
            bytes += EntryFrame.length(entry);
            if (count > 0 && (count >= part.entries() || bytes > part.bytes())) {
                break;
            }
            count++;
        }
        long reached = since.seq() + count;
        List<StreamEntry> some = List.copyOf(entries.subList(0, count));
        return reached == cursor.seq()
                ? new Slice(cursor, true, some, false)
                : new Slice(some.get(count - 1).position(), true, some, true);
    }
}
