package dev.portcullis.archive;

import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.unarchived.LosableDeletions;
import dev.portcullis.streams.unarchived.LosableDeletions.Deletion;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Deletes messages once more whose deletion went before the archive had it: their text must not come back. Nothing is removed
 * here before the archive has taken the text away, so all may be repeated. There is one for each node; it is used on its own
 * context only, for one run at a time.
 */
public final class LostDeletions {
    static final int DELETIONS_OF_LANE = 64;

    private static final List<Integer> LANES =
            IntStream.range(0, Lanes.COUNT).boxed().toList();
    private static final RowRange FIRST = LosableDeletions.first(1);

    private final ArchiveStore archive;
    private final RowStore rows;
    private final StreamStore streams;
    private final Function<StreamName, StreamWindow> windows;
    private final LongSupplier clock;
    private final Consumer<StreamEntry> deleted;
    private final Map<Integer, Deletion> passed = new HashMap<>();

    /**
     * @param streams as readers see them, with the archive
     * @param deleted is told of each entry that deletes a message once more
     */
    public LostDeletions(
            ArchiveStore archive,
            RowStore rows,
            StreamStore streams,
            Function<StreamName, StreamWindow> windows,
            LongSupplier clock,
            Consumer<StreamEntry> deleted) {
        this.archive = archive;
        this.rows = rows;
        this.streams = streams;
        this.windows = windows;
        this.clock = clock;
        this.deleted = deleted;
    }

    /**
     * Looks at some deletions of these lanes. What can't be looked at now is left for later; a failed future means that the store
     * can't be read.
     */
    public Future<Void> run(IntPredicate isOwn) {
        List<Integer> own = LANES.stream().filter(isOwn::test).toList();
        return own.isEmpty()
                ? Future.succeededFuture()
                : rows.read(own, ReadSet.of(FIRST))
                        .compose(found -> ChunkedCalls.run(
                                own.stream()
                                        .filter(lane -> hasSome(found, lane))
                                        .toList(),
                                this::settle))
                        .mapEmpty();
    }

    private static boolean hasSome(Map<Integer, Rows> found, int lane) {
        return Optional.ofNullable(found.get(lane))
                .filter(of -> !of.get(FIRST).isEmpty())
                .isPresent();
    }

    /** Goes on behind those that were looked at last, until it was at the end: one that has to wait holds up no other. */
    private Future<Void> settle(int lane) {
        RowRange next = Optional.ofNullable(passed.remove(lane))
                .map(last -> LosableDeletions.after(last, DELETIONS_OF_LANE))
                .orElseGet(() -> LosableDeletions.first(DELETIONS_OF_LANE));
        return rows.read(lane, ReadSet.of(next)).compose(found -> {
            List<Deletion> some = found.get(next).stream().map(Deletion::of).toList();
            if (some.size() == DELETIONS_OF_LANE) {
                passed.put(lane, some.get(some.size() - 1));
            }
            return ChunkedCalls.run(some, this::settle)
                    .map(done -> done.stream().reduce(WriteSet.NONE, WriteSet::and))
                    .compose(done -> done.equals(WriteSet.NONE) ? Future.succeededFuture() : rows.write(lane, done))
                    .mapEmpty();
        });
    }

    /**
     * Returns what becomes of the row. It stays until the archive has taken the text, and while a message that the archive lacks
     * is in the window: a feeder may have read it with its text, and add it in a moment.
     */
    private Future<WriteSet> settle(Deletion deletion) {
        return archive.find(deletion.stream(), deletion.messageId())
                .compose(archived -> {
                    if (archived.isEmpty()) {
                        return find(deletion).map(kept -> kept.isEmpty() ? deletion.done() : WriteSet.NONE);
                    }
                    return hasText(archived)
                            ? deleteIfShown(deletion).map(WriteSet.NONE)
                            : Future.succeededFuture(deletion.done());
                })
                .otherwise(WriteSet.NONE);
    }

    private Future<Optional<StoredMessage>> find(Deletion deletion) {
        return streams.find(deletion.stream(), deletion.messageId(), Integer.MAX_VALUE);
    }

    private static boolean hasText(Optional<StoredMessage> message) {
        return message.filter(found -> found.state() != EntryState.DELETED).isPresent();
    }

    /** While its deletion is kept, or waits for the archive, the message is not shown. */
    private Future<?> deleteIfShown(Deletion deletion) {
        return find(deletion)
                .compose(shown ->
                        hasText(shown) ? deleteAgain(deletion, shown.orElseThrow()) : Future.succeededFuture());
    }

    private Future<?> deleteAgain(Deletion deletion, StoredMessage message) {
        AppendRequest append = new AppendRequest(
                deletion.stream(),
                windows.apply(deletion.stream()),
                clock.getAsLong(),
                deletion.body(),
                Optional.empty(),
                Optional.empty(),
                Long.MAX_VALUE);
        return streams.amend(new AmendRequest(
                        append,
                        message.id(),
                        message.author(),
                        true,
                        Change.DELETE,
                        Long.MIN_VALUE,
                        Integer.MAX_VALUE,
                        Integer.MAX_VALUE))
                .onSuccess(result -> result.fold(
                        stored -> {
                            deleted.accept(stored.entry());
                            return true;
                        },
                        earlier -> false,
                        refused -> false));
    }
}
