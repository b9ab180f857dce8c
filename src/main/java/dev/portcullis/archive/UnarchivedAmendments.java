package dev.portcullis.archive;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The amendments that the archive does not have yet. A message that has left the window may have been amended by one of them, so they
 * are applied before the archive is read: what was deleted does not show again.
 */
final class UnarchivedAmendments {
    private static final int MOST_PARTS = 16;

    private final ArchiveStore archive;
    private final UnarchivedReader reader;

    UnarchivedAmendments(ArchiveStore archive, ArchiveSource source) {
        this.archive = archive;
        this.reader = new UnarchivedReader(source, MOST_PARTS);
    }

    /**
     * What waits of a stream for the archive.
     *
     * @param hidden the highest seq that no reader sees, as the stream says: the archive lags behind it
     * @param message the message that was looked for, if it is among what waits
     */
    record Waiting(long hidden, Optional<StoredMessage> message) {}

    /**
     * Applies those of a stream. Fails if a deletion can't be applied; an edit that can't be shows later.
     *
     * @return the last part that the archive does not have
     */
    Future<UnarchivedPart> apply(StreamName stream) {
        return apply(stream, OptionalLong.empty(), row -> {});
    }

    /**
     * Applies those of a stream, then reads it in the archive. An archive that was restored to an earlier state lacks some that it
     * had: they are applied again, as far as the stream has them.
     *
     * @param head the archive's position of the stream at the read
     */
    <T> Future<T> read(StreamName stream, Supplier<Future<T>> read, Function<T, Position> head) {
        return apply(stream)
                .compose(part -> read.get().compose(found -> {
                    long has = head.apply(found).seq();
                    return has >= part.archived().seq()
                            ? Future.succeededFuture(found)
                            : applyAgain(stream, has).compose(any -> read.get());
                }));
    }

    /** Applies what an archive lacks that was restored to an earlier state. */
    Future<Void> applyLost(List<UnarchivedPart> parts) {
        List<StreamName> streams = parts.stream().map(UnarchivedPart::stream).toList();
        return streams.isEmpty()
                ? Future.succeededFuture()
                : archive.positions(streams)
                        .compose(has -> Future.all(IntStream.range(0, streams.size())
                                .filter(i -> has.get(i).seq()
                                        < parts.get(i).archived().seq())
                                .mapToObj(i ->
                                        applyAgain(streams.get(i), has.get(i).seq()))
                                .toList()))
                        .mapEmpty();
    }

    private Future<UnarchivedPart> applyAgain(StreamName stream, long after) {
        return apply(stream, OptionalLong.of(after), row -> {});
    }

    /** Applies those of a stream, and finds a message among what the archive does not have yet. */
    Future<Waiting> applyAndFind(StreamName stream, String messageId) {
        List<EntryRow> found = new ArrayList<>();
        return apply(stream, OptionalLong.empty(), row -> {
                    if (AmendedMessage.idOf(row).filter(messageId::equals).isPresent()) {
                        found.add(row);
                    }
                })
                .map(last -> new Waiting(
                        last.hidden(),
                        found.stream()
                                .filter(row -> row.isMessage(messageId))
                                .findFirst()
                                .map(row -> row.asMessage(found.size() - 1, Optional.empty()))));
    }

    private Future<UnarchivedPart> apply(StreamName stream, OptionalLong after, Consumer<EntryRow> visitor) {
        return reader.visit(stream, after, part -> {
            part.rows().forEach(visitor);
            return apply(part);
        });
    }

    private Future<Void> apply(UnarchivedPart part) {
        Future<Void> applied = Future.succeededFuture();
        for (EntryRow row : part.rows()) {
            if (row.state() == EntryState.AMENDMENT) {
                applied = applied.compose(any -> apply(row));
            }
        }
        return applied;
    }

    private Future<Void> apply(EntryRow amendment) {
        Future<Void> applied = archive.amend(amendment);
        return DeliveredMessage.isDeletion(amendment.entry().body()) ? applied : applied.otherwiseEmpty();
    }
}
