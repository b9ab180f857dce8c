package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.BoundedPart;
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
 * Works out the entries that a subscriber missed up to the cursor, from entries that were delivered or read, at most one part of
 * them. An empty result means that memory does not suffice and the store must be read.
 */
final class Backfill {
    private final StreamName stream;
    private final RecentEntries recentEntries;
    private final PageCache pages;
    private final Bounds part;
    private final int maxRecent;
    private long timesForgotten;

    Backfill(StreamName stream, RecentEntries recent, PageCache pages, StreamsConfig config) {
        this.stream = stream;
        this.recentEntries = recent;
        this.pages = pages;
        this.part = config.partBounds();
        this.maxRecent = config.readBounds().entries();
    }

    /** Keeps delivered entries, which are the newest ones. */
    void remember(List<StreamEntry> delivered) {
        recentEntries.add(stream, delivered);
    }

    /** Keeps the result of the stream's first read. */
    void remember(Optional<Position> since, Slice read) {
        if (read.exact() && !read.more()) {
            remember(read.entries());
        } else if (read.exact()) {
            since.ifPresent(from -> pages.keep(stream, from.seq(), read));
        }
    }

    /** Forgets the entries. Call it when the stream does not continue from the entry delivered last. */
    void forgetDelivered() {
        recentEntries.forget(stream);
    }

    void forget() {
        timesForgotten++;
        forgetDelivered();
        pages.forget(stream);
    }

    /** How often entries were forgotten. */
    long timesForgotten() {
        return timesForgotten;
    }

    /** The missed entries, from memory alone. */
    Optional<Slice> fromMemory(Optional<Position> since, Position cursor) {
        if (since.isEmpty()) {
            return Optional.of(notRecovered(cursor));
        }
        Position from = since.get();
        long missed = cursor.seq() - from.seq();
        if (!from.epoch().equals(cursor.epoch()) || from.seq() < 0 || missed < 0) {
            return Optional.empty();
        }
        Optional<List<StreamEntry>> recent =
                missed > maxRecent ? Optional.empty() : recentEntries.between(stream, from.seq(), cursor.seq());
        return recent.or(() -> pages.after(stream, from).map(page -> upTo(page, cursor)))
                .map(entries -> firstPart(from, cursor, entries));
    }

    /**
     * The missed entries, from a read after {@code since}. The cursor may have passed the head that was read, or not have reached
     * it yet.
     *
     * @param forgotten what {@link #timesForgotten} was when the read began: it may have what was to be forgotten since, which others
     *     must not get
     */
    Optional<Slice> fromRead(Position since, Slice read, Position cursor, long forgotten) {
        if (!read.head().epoch().equals(cursor.epoch())) {
            return Optional.empty();
        }
        if (!read.exact()) {
            return Optional.of(notRecovered(cursor));
        }
        if (forgotten == timesForgotten) {
            pages.keep(stream, since.seq(), read);
        }
        if (since.seq() > cursor.seq()) {
            return Optional.empty();
        }
        List<StreamEntry> entries = upTo(read.entries(), cursor);
        long reached = since.seq() + entries.size();
        if (reached == cursor.seq() || read.more()) {
            return Optional.of(firstPart(since, cursor, entries));
        }
        return recentEntries.between(stream, reached, cursor.seq()).map(later -> {
            List<StreamEntry> both = new ArrayList<>(entries);
            both.addAll(later);
            return firstPart(since, cursor, both);
        });
    }

    static Slice notRecovered(Position cursor) {
        return new Slice(cursor, false, List.of(), false);
    }

    /** Leaves out entries ahead of the cursor: they may bar a subscriber. */
    private static List<StreamEntry> upTo(List<StreamEntry> entries, Position cursor) {
        return entries.stream()
                .filter(entry -> entry.position().seq() <= cursor.seq())
                .toList();
    }

    private Slice firstPart(Position since, Position cursor, List<StreamEntry> entries) {
        List<StreamEntry> some = new BoundedPart<StreamEntry>(part, EntryFrame::length)
                .addAll(entries.stream())
                .items();
        return since.seq() + some.size() == cursor.seq()
                ? new Slice(cursor, true, some, false)
                : new Slice(some.get(some.size() - 1).position(), true, some, true);
    }
}
