package dev.portcullis.archive;

import dev.portcullis.protocol.Position;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.unarchived.ArchiveSource;
import dev.portcullis.streams.unarchived.UnarchivedPart;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reads the archive with the amendments that it does not have yet. A message that has left the window may have been amended by
 * one of them: what was deleted does not show again. Nothing is written, since the feeder brings them anyway.
 */
final class UnarchivedAmendments {
    /** How often the archive is read for one answer, if it is fed meanwhile, and the window trimmed. */
    private static final int MOST_READS = 4;

    private final ArchiveStore archive;
    private final UnarchivedReader reader;

    UnarchivedAmendments(ArchiveStore archive, ArchiveSource source) {
        this.archive = archive;
        this.reader = new UnarchivedReader(source);
    }

    /**
     * An answer of the archive.
     *
     * @param heads the archive's positions of all streams of the entries, at the read or before it
     */
    record ArchiveRead<T>(T found, Map<StreamName, Position> heads, Collection<StreamEntry> entries) {
        static <T> ArchiveRead<T> of(StreamName stream, T found, Position head, Collection<StreamEntry> entries) {
            return new ArchiveRead<>(found, Map.of(stream, head), entries);
        }
    }

    /**
     * An answer of the archive, and what waited for it of the messages of the answer.
     *
     * @param streams the last part of each stream that the archive does not have; of none if the answer has no entries
     */
    record Amended<T>(T found, WaitingAmendments waiting, Map<StreamName, UnarchivedPart> streams) {}

    /** @param lacks whether entries between the archive's position and what waits are neither here nor, at the read, there */
    private record Behind(UnarchivedPart last, boolean lacks) {}

    /**
     * Reads the archive, then what its streams have behind the archive's position. An archive that was restored to an earlier state
     * lacks some that it had: they are among them, as far as the streams have them.
     */
    <T> Future<Amended<T>> read(Supplier<Future<ArchiveRead<T>>> read) {
        return read(read, Map.of(), 1);
    }

    private <T> Future<Amended<T>> read(
            Supplier<Future<ArchiveRead<T>>> read, Map<StreamName, Position> before, int reads) {
        return read.get().compose(archived -> {
            WaitingAmendments waiting = new WaitingAmendments(archived.entries());
            if (archived.entries().isEmpty()) {
                return Future.succeededFuture(new Amended<>(archived.found(), waiting, Map.of()));
            }
            Map<StreamName, Position> heads = archived.heads();
            return ChunkedCalls.run(
                            List.copyOf(heads.keySet()), stream -> behind(stream, of(heads, stream), waiting::take))
                    .compose(all -> {
                        if (all.stream().noneMatch(each -> each.lacks() && isOther(each, heads, before))) {
                            return Future.succeededFuture(new Amended<>(
                                    archived.found(),
                                    waiting,
                                    all.stream()
                                            .collect(Collectors.toMap(each -> each.last().stream(), Behind::last))));
                        }
                        return reads < MOST_READS
                                ? read(read, heads, reads + 1)
                                : Future.failedFuture(
                                        StoreFailure.notApplied("the archive is fed faster than it is read"));
                    });
        });
    }

    /** Whether the archive may have got what is lacking since it was read: one that stands still has lost it. */
    private static boolean isOther(Behind each, Map<StreamName, Position> heads, Map<StreamName, Position> before) {
        StreamName stream = each.last().stream();
        return !of(heads, stream).equals(before.get(stream));
    }

    private static Position of(Map<StreamName, Position> heads, StreamName stream) {
        return heads.getOrDefault(stream, ArchiveStore.NOTHING);
    }

    /** Visits what a stream has that an archive at this position does not have. */
    private Future<Behind> behind(StreamName stream, Position archived, Consumer<EntryRow> visitor) {
        return reader.first(stream, OptionalLong.empty()).compose(told -> {
            long shared = ArchivePart.shared(told, archived);
            Future<UnarchivedPart> first = shared < told.archived().seq()
                    ? reader.first(stream, OptionalLong.of(shared))
                    : Future.succeededFuture(told);
            return first.compose(part -> {
                boolean lacks = part.rows().isEmpty()
                        ? part.head().seq() > shared
                        : part.rows().get(0).entry().position().seq() > shared + 1;
                return reader.visit(part, each -> visit(each, visitor)).map(last -> new Behind(last, lacks));
            });
        });
    }

    private static Future<Void> visit(UnarchivedPart part, Consumer<EntryRow> visitor) {
        part.rows().forEach(visitor);
        return Future.succeededFuture();
    }

    /**
     * Finds a message that the window does not have: among what waits, then in the archive, with the amendments that wait.
     */
    Future<Optional<Found>> find(StreamName stream, String messageId) {
        NavigableMap<Long, EntryRow> rows = new TreeMap<>();
        Consumer<EntryRow> visitor = row -> {
            if (AmendedMessage.idOf(row).filter(messageId::equals).isPresent()) {
                rows.put(row.entry().position().seq(), row);
            }
        };
        return reader.visit(stream, OptionalLong.empty(), part -> visit(part, visitor))
                .compose(last -> message(rows)
                        .map(waiting -> Future.succeededFuture(Optional.of(new Found(waiting, false, last.hidden()))))
                        .orElseGet(() -> archived(last, messageId, visitor, rows)
                                .map(found -> found.map(message -> new Found(message, true, last.hidden())))));
    }

    /**
     * A message that the window does not show.
     *
     * @param inArchive whether only the archive has it
     * @param hidden the highest seq that no reader sees, as the stream says: the archive lags behind it
     */
    record Found(StoredMessage message, boolean inArchive, long hidden) {
        boolean isShown() {
            return message.entry().position().seq() > hidden;
        }
    }

    private Future<Optional<StoredMessage>> archived(
            UnarchivedPart last, String messageId, Consumer<EntryRow> visitor, NavigableMap<Long, EntryRow> rows) {
        StreamName stream = last.stream();
        return archive.find(stream, messageId)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : archive.positions(List.of(stream))
                                .compose(heads -> visitLost(last, heads.get(0), visitor))
                                .compose(any -> rows.isEmpty()
                                        ? Future.succeededFuture(found)
                                        : archive.rows(stream, messageId).map(archived -> {
                                            archived.forEach(row -> rows.putIfAbsent(
                                                    row.entry().position().seq(), row));
                                            return message(rows);
                                        })));
    }

    /** Visits what the archive was said to have, and has no longer. */
    private Future<?> visitLost(UnarchivedPart last, Position archived, Consumer<EntryRow> visitor) {
        long shared = ArchivePart.shared(last, archived);
        return shared < last.archived().seq()
                ? reader.visit(last.stream(), OptionalLong.of(shared), part -> visit(part, visitor))
                : Future.succeededFuture();
    }

    private static Optional<StoredMessage> message(NavigableMap<Long, EntryRow> rows) {
        AmendedMessage settled = AmendedMessage.of(rows.values()).settled();
        return settled.latest()
                .map(message -> message.asMessage(settled.amendments().size(), Optional.empty()));
    }
}
