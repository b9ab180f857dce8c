package dev.portcullis.archive;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import io.vertx.core.Future;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/** Reads what the archive does not have yet of a stream, part by part, up to a bound (CWE-770). */
final class UnarchivedReader {
    private static final Bounds PART = new Bounds(1_000, 1 << 20);

    private final ArchiveSource source;
    private final int mostParts;

    UnarchivedReader(ArchiveSource source, int mostParts) {
        this.source = source;
        this.mostParts = mostParts;
    }

    /**
     * Visits one part after the other. Fails where the visitor fails, or too much waits.
     *
     * @param after the seq behind which it begins; empty for what the store was told that the archive has
     * @return the last part
     */
    Future<UnarchivedPart> visit(
            StreamName stream, OptionalLong after, Function<UnarchivedPart, Future<Void>> visitor) {
        return visit(stream, after, mostParts, visitor);
    }

    private Future<UnarchivedPart> visit(
            StreamName stream, OptionalLong after, int left, Function<UnarchivedPart, Future<Void>> visitor) {
        return source.read(stream, after, PART)
                .compose(part -> visitor.apply(part).compose(any -> {
                    if (!part.more()) {
                        return Future.succeededFuture(part);
                    }
                    return left > 1
                            ? visit(stream, OptionalLong.of(lastSeq(part.rows())), left - 1, visitor)
                            : Future.failedFuture(StoreFailure.notApplied("too much waits for the archive to read it"));
                }));
    }

    private static long lastSeq(List<EntryRow> rows) {
        return rows.get(rows.size() - 1).entry().position().seq();
    }
}
