package dev.portcullis.broadcast.user;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.portcullis.broadcast.BroadcastResponder;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.user.UserStreams.Blocks;
import dev.portcullis.broadcast.user.UserStreams.ClearInbox;
import dev.portcullis.broadcast.user.UserStreams.CopiesDisowned;
import dev.portcullis.broadcast.user.UserStreams.Disown;
import dev.portcullis.broadcast.user.UserStreams.DisownCopies;
import dev.portcullis.broadcast.user.UserStreams.Disowned;
import dev.portcullis.broadcast.user.UserStreams.InboxCleared;
import dev.portcullis.broadcast.user.UserStreams.ReadBlocks;
import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.ClientJson;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.ErasureStore;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** Answers what operators ask about the entries of one user. */
public final class UserStreamsResponder implements BroadcastResponder {
    private static final Bounds COPIES = new Bounds(200, 1 << 20);
    private static final Bounds SHOWN = new Bounds(1_000, 1 << 20);
    private static final int BLOCKS = 1_000;

    /** Few, since a deletion reads all entries that are kept, and those who chat wait behind each part. */
    private static final int STREAMS_AT_ONCE = 4;

    private static final Set<String> USERS = Set.of("userId", "recipientId");
    private static final JsonFactory FRAMES = ClientJson.factory(16);

    /** The author of what stays. No session can be opened as this user. */
    private static final UserId DELETED = new UserId("deleted");

    private final StreamStore streams;
    private final InboxStore inboxes;
    private final ErasureStore erasures;
    private final Consumer<StreamName> changed;
    private final LongSupplier clock;

    /** @param clock that of the store */
    public UserStreamsResponder(
            StreamStore streams, InboxStore inboxes, ErasureStore erasures, FanOut fanOut, LongSupplier clock) {
        this(streams, inboxes, erasures, fanOut::changed, clock);
    }

    /** @param changed tells all nodes that entries of a stream have changed where they are */
    public UserStreamsResponder(
            StreamStore streams,
            InboxStore inboxes,
            ErasureStore erasures,
            Consumer<StreamName> changed,
            LongSupplier clock) {
        this.streams = streams;
        this.inboxes = inboxes;
        this.erasures = erasures;
        this.changed = changed;
        this.clock = clock;
    }

    @Override
    public Future<?> answer(Bus bus, int instance) {
        return Future.all(
                bus.answer(UserStreams.DISOWN, instance, this::disown),
                bus.answer(UserStreams.DISOWN_COPIES, instance, this::disownCopies),
                bus.answer(UserStreams.CLEAR, instance, this::clear),
                bus.answer(
                        UserStreams.READ,
                        instance,
                        request -> streams.after(StreamName.inbox(request.owner()), request.after(), SHOWN)),
                bus.answer(UserStreams.BLOCKS, instance, this::blocks));
    }

    private Future<Disowned> disown(Disown request) {
        return erasures.page(request.from())
                .compose(page -> ChunkedCalls.run(
                                page.streams(),
                                STREAMS_AT_ONCE,
                                stream -> disown(stream, request.author(), request.notAfter()))
                        .map(new Disowned(page.next())));
    }

    /**
     * Those whom the user wrote to, as the copies in the own inbox name them: their inboxes may be among those that the store
     * no longer finds by itself.
     */
    private Future<CopiesDisowned> disownCopies(DisownCopies request) {
        UserId author = request.author();
        return streams.after(StreamName.inbox(author), request.after(), COPIES)
                .compose(slice -> ChunkedCalls.run(
                                correspondents(author, slice),
                                STREAMS_AT_ONCE,
                                other -> disown(StreamName.inbox(other), author, request.notAfter()))
                        .map(new CopiesDisowned(lastOf(slice))));
    }

    private static List<UserId> correspondents(UserId author, Slice slice) {
        return slice.entries().stream()
                .flatMap(UserStreamsResponder::users)
                .filter(each -> !each.equals(author) && !UserId.isReserved(each.value()))
                .distinct()
                .toList();
    }

    private static long lastOf(Slice slice) {
        List<StreamEntry> entries = slice.entries();
        return entries.isEmpty()
                ? 0
                : entries.get(entries.size() - 1).position().seq();
    }

    private Future<Integer> disown(StreamName stream, UserId author, long notAfter) {
        return inTime(notAfter)
                .compose(any -> erasures.disown(stream, author, DELETED))
                .onSuccess(count -> {
                    if (count > 0) {
                        changed.accept(stream);
                    }
                });
    }

    private Future<InboxCleared> clear(ClearInbox request) {
        return inTime(request.notAfter())
                .compose(any -> erasures.clear(request.owner()))
                .onSuccess(any -> changed.accept(StreamName.inbox(request.owner())))
                .map(new InboxCleared());
    }

    private Future<Void> inTime(long notAfter) {
        return clock.getAsLong() <= notAfter
                ? Future.succeededFuture()
                : Future.failedFuture(new AnswerUnavailable("the time for this part of a deletion is over"));
    }

    private Future<Blocks> blocks(ReadBlocks request) {
        return inboxes.blocked(request.owner(), request.after(), BLOCKS)
                .map(page -> new Blocks(page, page.size() == BLOCKS));
    }

    /** Passes over all other values, since the data of an event may have numbers that only a double holds. */
    private static Stream<UserId> users(StreamEntry entry) {
        Stream.Builder<UserId> users = Stream.builder();
        try (JsonParser frame = FRAMES.createParser(EntryFrame.frame(entry))) {
            frame.nextToken();
            for (String name = frame.nextFieldName(); name != null; name = frame.nextFieldName()) {
                String text = frame.nextTextValue();
                if (text != null && USERS.contains(name) && UserId.isValid(text)) {
                    users.add(new UserId(text));
                }
                frame.skipChildren();
            }
        } catch (IOException otherRelease) {
            return Stream.empty();
        }
        return users.build();
    }
}
