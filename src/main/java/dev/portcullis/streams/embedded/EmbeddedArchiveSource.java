package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Position;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.StreamMeta;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import dev.portcullis.streams.unarchived.UnarchivedStreams;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Gives the archive what the streams of this node have. The window is trimmed by the next appends, and by the sweep. */
final class EmbeddedArchiveSource implements ArchiveSource {
    private final EmbeddedStore store;
    private final StreamTables tables;
    private final LongSupplier ages;

    EmbeddedArchiveSource(EmbeddedStore store, StreamTables tables, LongSupplier ages) {
        this.store = store;
        this.tables = tables;
        this.ages = ages;
    }

    @Override
    public Future<UnarchivedPart> read(StreamName stream, OptionalLong after, Bounds bounds) {
        return store.readInBackground(
                reader -> new SliceQuery(tables, reader, stream, ages.getAsLong()).unarchived(after, bounds));
    }

    @Override
    public Future<Void> confirm(StreamName stream, Position upTo, long bytes, int windowEntries) {
        return store.write(batch -> confirm(batch, stream, upTo, bytes)).mapEmpty();
    }

    @Override
    public Future<Long> now() {
        return Future.succeededFuture(ages.getAsLong());
    }

    /** What is beyond the retention, and waited for the archive, goes with the next sweep. */
    private StreamMeta dueNow(Batch batch, StreamName stream, StreamMeta meta) {
        long now = ages.getAsLong();
        if (!meta.isLongerThanKept() || meta.dueAt() <= now) {
            return meta;
        }
        tables.expiry.move(batch, stream, meta.dueAt(), now);
        return meta.due(now);
    }

    private boolean confirm(Batch batch, StreamName stream, Position upTo, long bytes) {
        StreamMeta meta = tables.meta(batch, stream);
        boolean has = meta.contains(upTo);
        boolean more =
                meta.archived().filter(known -> has && known.seq() < upTo.seq()).isPresent();
        StreamMeta after = more ? meta.archived(Optional.of(upTo)) : meta;
        if (more) {
            tables.put(batch, stream, dueNow(batch, stream, after));
        }
        long counted = tables.rows
                .get(batch, stream.lane(), UnarchivedStreams.BYTES)
                .map(Long::valueOf)
                .orElse(0L);
        WriteSet writes = WriteSet.NONE.add(UnarchivedStreams.BYTES, -Math.min(bytes, counted));
        tables.rows.write(batch, stream.lane(), after.waitsForArchive() ? writes : waitsNoMore(batch, stream, writes));
        return has;
    }

    /** What went before the archive had it was not subtracted. Where no stream waits, nothing does. */
    private WriteSet waitsNoMore(Batch batch, StreamName stream, WriteSet counting) {
        boolean others = tables.rows.range(batch, stream.lane(), UnarchivedStreams.first(2)).stream()
                .anyMatch(row -> !row.key().equals(stream.value()));
        return (others ? counting : WriteSet.NONE.remove(UnarchivedStreams.BYTES))
                .remove(UnarchivedStreams.row(stream));
    }
}
