package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.Reader;
import dev.portcullis.streams.StreamStore.Bounds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reads a part of one stream, as it stood at one moment. */
final class SliceQuery {
    private final StreamTables tables;
    private final Reader reader;
    private final StreamName stream;
    private final Meta meta;
    private final long horizon;

    SliceQuery(StreamTables tables, Reader reader, StreamName stream, long now) {
        this.tables = tables;
        this.reader = reader;
        this.stream = stream;
        this.meta = tables.meta(reader, stream);
        this.horizon = meta.horizon(now);
    }

    Position head() {
        return meta.position();
    }

    Slice resume(Optional<Position> since, Bounds bounds) {
        Optional<Slice> missed = since.filter(place -> place.seq() >= 0 && meta.wentThrough(place))
                .map(place -> after(place.seq(), bounds))
                .filter(Slice::exact);
        return missed.orElseGet(() -> new Slice(head(), false, List.of(), false));
    }

    Slice after(long after, Bounds bounds) {
        Collected found = new Collected(bounds);
        if (after < meta.head()) {
            tables.scan(reader, stream, Math.max(meta.first(), after + 1), meta.head(), row -> {
                return row.stored() < horizon || found.take(row.entry());
            });
        }
        boolean exact = found.entries.isEmpty()
                ? after == meta.head()
                : found.entries.get(0).position().seq() == after + 1;
        return new Slice(head(), exact, List.copyOf(found.entries), found.full);
    }

    Slice before(long before, Bounds bounds) {
        long newest = Math.min(before - 1, meta.head());
        Collected found = new Collected(bounds);
        tables.scanBack(reader, stream, meta.first(), newest, row -> {
            return row.stored() >= horizon && found.take(row.entry());
        });
        Collections.reverse(found.entries);
        return new Slice(head(), newest <= 0 || !found.entries.isEmpty(), List.copyOf(found.entries), found.full);
    }

    /** What fits, and whether there was more. */
    private static final class Collected {
        private final List<Entry> entries = new ArrayList<>();
        private final Bounds bounds;
        private long bytes;
        private boolean full;

        Collected(Bounds bounds) {
            this.bounds = bounds;
        }

        boolean take(Entry entry) {
            bytes += Wire.length(entry);
            full = !entries.isEmpty() && (entries.size() >= bounds.entries() || bytes > bounds.bytes());
            if (!full) {
                entries.add(entry);
            }
            return !full;
        }
    }
}
