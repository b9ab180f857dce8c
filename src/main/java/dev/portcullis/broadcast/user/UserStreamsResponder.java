package dev.portcullis.broadcast.user;

import dev.portcullis.broadcast.BroadcastResponder;
import dev.portcullis.broadcast.user.UserStreams.ArchivedDisowned;
import dev.portcullis.broadcast.user.UserStreams.Blocks;
import dev.portcullis.broadcast.user.UserStreams.ClearInbox;
import dev.portcullis.broadcast.user.UserStreams.Disown;
import dev.portcullis.broadcast.user.UserStreams.DisownArchived;
import dev.portcullis.broadcast.user.UserStreams.DisownInboxes;
import dev.portcullis.broadcast.user.UserStreams.Disowned;
import dev.portcullis.broadcast.user.UserStreams.InboxCleared;
import dev.portcullis.broadcast.user.UserStreams.InboxesDisowned;
import dev.portcullis.broadcast.user.UserStreams.ReadBlocks;
import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Answers operators' calls about the entries of one user. */
public final class UserStreamsResponder implements BroadcastResponder {
    private static final Bounds SHOWN = new Bounds(1_000, 1 << 20);
    private static final int BLOCKS = 1_000;

    /**
     * The longest time of a part, short beside the deadline of a question: a part ends with a stream, and an inbox may have 64
     * MB.
     */
    private static final long PART_MS = 1_000;

    /** The author of the entries that stay. No session can be opened as this user. */
    private static final UserId DELETED = new UserId("deleted");

    private final StreamStore streams;
    private final BlockListStore blocks;
    private final ErasureStore erasures;
    private final Consumer<StreamName> changed;
    private final LongSupplier clock;

    /**
     * @param changed tells all nodes that entries of a stream were changed in the store
     * @param clock the store's clock
     */
    public UserStreamsResponder(
            StreamStore streams,
            BlockListStore blocks,
            ErasureStore erasures,
            Consumer<StreamName> changed,
            LongSupplier clock) {
        this.streams = streams;
        this.blocks = blocks;
        this.erasures = erasures;
        this.changed = changed;
        this.clock = clock;
    }

    @Override
    public Future<?> answer(Bus bus, int instance) {
        return Future.all(
                bus.answer(UserStreams.DISOWN, instance, this::disown),
                bus.answer(UserStreams.DISOWN_INBOXES, instance, this::disownInboxes),
                bus.answer(UserStreams.DISOWN_ARCHIVED, instance, this::disownArchived),
                bus.answer(UserStreams.CLEAR, instance, this::clear),
                bus.answer(
                        UserStreams.READ,
                        instance,
                        request -> streams.after(StreamName.inbox(request.owner()), request.after(), SHOWN)),
                bus.answer(UserStreams.BLOCKS, instance, this::blocks));
    }

    /**
     * Disowns the entries of a part of the streams. The own inbox stays as it is: its copies name the users whom the user wrote
     * to.
     */
    private Future<Disowned> disown(Disown request) {
        Erasure erasure = erasure(request.author(), request.ofTexts());
        StreamName own = StreamName.inbox(request.author());
        return erasures.streams(Optional.of(request.from())
                        .filter(from -> !from.isEmpty())
                        .map(StreamName::new))
                .compose(streams -> inTurn(
                        streams,
                        stream -> stream.equals(own)
                                ? Future.succeededFuture(0)
                                : disown(stream, erasure, request.notAfter())))
                .map(done -> new Disowned(done.last().map(StreamName::value).orElse(""), done.entries()));
    }

    /**
     * Disowns the entries in the inboxes of the users whom the user wrote to, as the copies in the own inbox name them. The store
     * may no longer find these inboxes by itself.
     */
    private Future<InboxesDisowned> disownInboxes(DisownInboxes request) {
        UserId author = request.author();
        Erasure erasure = erasure(author, request.ofTexts());
        return erasures.conversations(author, request.after())
                .compose(others -> inTurn(
                        others,
                        other -> other.equals(author) || UserId.isReserved(other.value())
                                ? Future.succeededFuture(0)
                                : disown(StreamName.inbox(other), erasure, request.notAfter())))
                .map(done -> new InboxesDisowned(done.last(), done.entries()));
    }

    private static Erasure erasure(UserId author, boolean ofTexts) {
        return new Erasure(author, DELETED, ofTexts);
    }

    /** @param last the last item that was done; empty for an empty list */
    private record Done<T>(Optional<T> last, long entries) {}

    /** Takes one step after the other until the time of a part is over, since users who chat wait behind each. */
    private <T> Future<Done<T>> inTurn(List<T> all, Function<T, Future<Integer>> step) {
        return inTurn(all, 0, 0, clock.getAsLong() + PART_MS, step);
    }

    private <T> Future<Done<T>> inTurn(
            List<T> all, int done, long entries, long end, Function<T, Future<Integer>> step) {
        boolean over = done == all.size() || (done > 0 && clock.getAsLong() >= end);
        return over
                ? Future.succeededFuture(
                        new Done<>(done == 0 ? Optional.empty() : Optional.of(all.get(done - 1)), entries))
                : step.apply(all.get(done)).compose(count -> inTurn(all, done + 1, entries + count, end, step));
    }

    private Future<Integer> disown(StreamName stream, Erasure erasure, long notAfter) {
        return inTime(notAfter).compose(any -> erasures.disown(stream, erasure)).onSuccess(count -> {
            if (count > 0) {
                changed.accept(stream);
            }
        });
    }

    private Future<ArchivedDisowned> disownArchived(DisownArchived request) {
        return disownArchived(
                        erasure(request.author(), request.ofTexts()),
                        request.notAfter(),
                        0,
                        clock.getAsLong() + PART_MS)
                .map(ArchivedDisowned::new);
    }

    private Future<Long> disownArchived(Erasure erasure, long notAfter, long before, long end) {
        return inTime(notAfter)
                .compose(any -> erasures.disownArchived(erasure, clock.getAsLong()))
                .compose(some -> {
                    some.streams().forEach(changed);
                    long count = before + some.entries();
                    return some.entries() == 0 || clock.getAsLong() >= end
                            ? Future.succeededFuture(count)
                            : disownArchived(erasure, notAfter, count, end);
                });
    }

    private Future<InboxCleared> clear(ClearInbox request) {
        return inTime(request.notAfter())
                .compose(any -> erasures.clear(request.owner()))
                .compose(cleared -> blocks.clear(request.owner()).map(cleared))
                .onSuccess(any -> changed.accept(StreamName.inbox(request.owner())))
                .map(cleared -> new InboxCleared(cleared.entries(), cleared.archived()));
    }

    private Future<Void> inTime(long notAfter) {
        return clock.getAsLong() <= notAfter
                ? Future.succeededFuture()
                : Future.failedFuture(new AnswerUnavailable("the time for this part of a deletion is over"));
    }

    private Future<Blocks> blocks(ReadBlocks request) {
        return blocks.blocked(request.owner(), request.after(), BLOCKS)
                .map(page -> new Blocks(page, page.size() == BLOCKS));
    }
}
