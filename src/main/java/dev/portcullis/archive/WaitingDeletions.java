package dev.portcullis.archive;

import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.LosableDeletions.Deletion;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import dev.portcullis.streams.unarchived.UnarchivedStreams;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Notes deletions that wait for the archive since a time at which nothing could be lost to it, so that they have no rows by which
 * {@link LostDeletions} would find them. All may be repeated.
 */
final class WaitingDeletions {
    private static final int STREAMS_AT_ONCE = 100;
    private static final List<Integer> LANES =
            IntStream.range(0, Lanes.COUNT).boxed().toList();

    private final UnarchivedReader reader;
    private final RowStore rows;

    WaitingDeletions(ArchiveSource source, RowStore rows) {
        this.reader = new UnarchivedReader(source);
        this.rows = rows;
    }

    /** Reads all that waits now. */
    Future<Void> note() {
        RowRange first = UnarchivedStreams.first(STREAMS_AT_ONCE);
        return ChunkedCalls.run(LANES, lane -> note(lane, first)).mapEmpty();
    }

    private Future<Void> note(int lane, RowRange range) {
        return rows.read(lane, ReadSet.of(range)).compose(found -> {
            List<StreamName> streams = found.get(range).stream()
                    .map(row -> new StreamName(row.key()))
                    .toList();
            return ChunkedCalls.run(streams, 1, stream -> reader.visitAll(stream, this::note))
                    .compose(any -> streams.size() < STREAMS_AT_ONCE
                            ? Future.succeededFuture()
                            : note(lane, UnarchivedStreams.after(streams.get(streams.size() - 1), STREAMS_AT_ONCE)));
        });
    }

    private Future<Void> note(UnarchivedPart part) {
        WriteSet missing = part.rows().stream()
                .filter(AmendedMessage::isDeletion)
                .flatMap(row -> AmendedMessage.idOf(row).map(id -> deletion(row, id)).stream())
                .map(Deletion::missing)
                .reduce(WriteSet.NONE, WriteSet::and);
        return missing.equals(WriteSet.NONE)
                ? Future.succeededFuture()
                : rows.write(part.stream().lane(), missing).mapEmpty();
    }

    private static Deletion deletion(EntryRow row, String messageId) {
        return new Deletion(row.entry().stream(), messageId, row.entry().body());
    }
}
