package dev.portcullis.archive;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** Reads what the archive does not have yet of a stream, part by part. */
final class UnarchivedReader {
    private static final Bounds PART = new Bounds(1_000, 1 << 20);

    /** The parts that are read for one page, or one amendment, of a user (CWE-770): 16 MB, or 16,000 short messages. */
    static final int MOST_PARTS = 16;

    private final ArchiveSource source;

    UnarchivedReader(ArchiveSource source) {
        this.source = source;
    }

    /**
     * Visits one part after the other. Fails where the visitor fails, or too much waits for one call of a user.
     *
     * @param after the seq behind which it begins; empty for what the store was told that the archive has
     * @return the last part
     */
    Future<UnarchivedPart> visit(
            StreamName stream, OptionalLong after, Function<UnarchivedPart, Future<Void>> visitor) {
        return first(stream, after).compose(part -> visit(part, visitor));
    }

    /** The first part of what {@link #visit} visits. */
    Future<UnarchivedPart> first(StreamName stream, OptionalLong after) {
        return source.read(stream, after, PART);
    }

    /** Visits this part, and those after it. */
    Future<UnarchivedPart> visit(UnarchivedPart first, Function<UnarchivedPart, Future<Void>> visitor) {
        return visit(first, MOST_PARTS, visitor);
    }

    private Future<UnarchivedPart> visit(
            UnarchivedPart part, int left, Function<UnarchivedPart, Future<Void>> visitor) {
        return visitor.apply(part).compose(any -> {
            if (!part.more()) {
                return Future.succeededFuture(part);
            }
            return left > 1
                    ? first(part.stream(), OptionalLong.of(lastSeq(part.rows())))
                            .compose(next -> visit(next, left - 1, visitor))
                    : Future.failedFuture(StoreFailure.notApplied("too much waits for the archive to read it"));
        });
    }

    /**
     * Visits all that waits now, however much that is: for a call of an operator, or one that must leave out nothing. What comes
     * meanwhile is not waited for, so it ends.
     */
    Future<Void> visitAll(StreamName stream, Function<UnarchivedPart, Future<Void>> visitor) {
        Promise<Void> done = Promise.promise();
        first(stream, OptionalLong.empty())
                .onFailure(done::fail)
                .onSuccess(part -> visitAll(part, part.head().seq(), visitor, done));
        return done.future();
    }

    /** Goes from part to part. A chain of as many composed futures would end in a stack overflow. */
    private void visitAll(
            UnarchivedPart part, long upTo, Function<UnarchivedPart, Future<Void>> visitor, Promise<Void> done) {
        visitor.apply(part)
                .map(any -> part.more() && lastSeq(part.rows()) < upTo)
                .compose(more -> more
                        ? first(part.stream(), OptionalLong.of(lastSeq(part.rows())))
                                .map(Optional::of)
                        : Future.succeededFuture(Optional.<UnarchivedPart>empty()))
                .onFailure(done::fail)
                .onSuccess(next -> next.ifPresentOrElse(each -> visitAll(each, upTo, visitor, done), done::complete));
    }

    private static long lastSeq(List<EntryRow> rows) {
        return rows.get(rows.size() - 1).entry().position().seq();
    }
}
