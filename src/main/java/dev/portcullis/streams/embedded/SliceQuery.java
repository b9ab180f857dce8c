package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.SliceBuilder;
import dev.portcullis.streams.record.StreamMeta;
import java.util.List;
import java.util.Optional;

/** Reads slices of one stream as it was at one moment. */
final class SliceQuery {
    private final StreamTables tables;
    private final Reader reader;
    private final StreamName stream;
    private final StreamMeta meta;
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
        Optional<Slice> missed = since.filter(position -> position.seq() >= 0 && meta.contains(position))
                .map(position -> after(position.seq(), bounds))
                .filter(Slice::exact);
        return missed.orElseGet(() -> new Slice(head(), false, List.of(), false));
    }

    Slice after(long after, Bounds bounds) {
        SliceBuilder builder = new SliceBuilder(bounds);
        if (after < meta.head()) {
            tables.scan(reader, stream, Math.max(meta.first(), after + 1), meta.head(), row -> {
                return row.stored() < horizon || builder.add(row.entry());
            });
        }
        return builder.after(after, head(), 0);
    }

    Slice before(long before, Bounds bounds) {
        SliceBuilder builder = new SliceBuilder(bounds);
        tables.scanBack(reader, stream, meta.first(), Math.min(before - 1, meta.head()), row -> {
            return row.stored() >= horizon && builder.add(row.entry());
        });
        return builder.before(before, head(), 0);
    }
}
