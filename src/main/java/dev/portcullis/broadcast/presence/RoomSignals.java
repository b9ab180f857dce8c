package dev.portcullis.broadcast.presence;

import dev.portcullis.broadcast.presence.RoomPresence.ReadMark;
import dev.portcullis.broadcast.presence.RoomPresence.TypingNotice;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.FrameChunks;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Access;
import dev.portcullis.streams.TransientFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Typing and read marks in the rooms of one owner, and typing to its users: decides which signals are sent, and when. No signal
 * of a barred user is sent (promise 9 of the protocol), nor of a user whom the recipient blocks: both are read before each frame
 * that goes out.
 */
final class RoomSignals {
    private static final long GATHER_MS = 1_000;

    /** Users that one instance of the stage shows typing. */
    private static final int TYPISTS = 10_000;

    /** Users that are shown typing in one room, or to one user, at a time. */
    private static final int TYPISTS_PER_ROOM = 20;

    private static final int MARKS_PER_ROOM = 1_000;

    /** Read marks that wait to be sent, in one instance of the stage. */
    private static final int WAITING_MARKS = 100_000;

    private final Vertx vertx;
    private final PresenceStores stores;
    private final Predicate<RoomId> isSmall;
    private final Consumer<TransientFrame> send;
    private final Typists typists;
    private final MovedMarks moved;

    /**
     * @param isSmall whether a room has few enough users for signals
     * @param send sends a frame to the subscribers of a stream
     */
    RoomSignals(Vertx vertx, PresenceStores stores, Predicate<RoomId> isSmall, Consumer<TransientFrame> send) {
        this.vertx = vertx;
        this.stores = stores;
        this.isSmall = isSmall;
        this.send = send;
        this.typists = new Typists(TYPISTS, TYPISTS_PER_ROOM);
        this.moved = new MovedMarks(WAITING_MARKS);
    }

    void typing(TypingNotice notice) {
        Typists.Place place = new Typists.Place(notice.to(), notice.user());
        if (!notice.typing()) {
            end(place);
        } else if (notice.to().fold(isSmall::test, user -> true) && typists.begin(place, System.nanoTime())) {
            mayBeHeard(place, notice.passesBars()).otherwise(false).onSuccess(may -> {
                Typists.News news = typists.checked(place, may, System.nanoTime());
                if (news != Typists.News.NONE) {
                    tell(place, news == Typists.News.TYPES);
                }
            });
        }
    }

    void expire() {
        if (!typists.isEmpty()) {
            typists.expire(System.nanoTime()).forEach(place -> tell(place, false));
        }
    }

    void retain(RoomId room, Predicate<UserId> isThere) {
        typists.at(new Target.ToRoom(room)).stream()
                .filter(place -> !isThere.test(place.user()))
                .forEach(this::end);
    }

    /** Moves a mark. It is kept in a room of any size, for its own user, and sent to the others in a small one. */
    Future<ReadMark.Receipt> mark(ReadMark mark) {
        StreamName stream = StreamName.room(mark.room());
        return stores.streams()
                .access(stream, mark.user())
                .compose(access -> access.barred() && !mark.passesBars()
                        ? Future.succeededFuture(new ReadMark.Receipt(true))
                        : move(mark, stream, access));
    }

    private Future<ReadMark.Receipt> move(ReadMark mark, StreamName stream, Access access) {
        return stores.marks()
                .mark(stream, mark.user(), mark.seq(), access, MARKS_PER_ROOM)
                .onSuccess(seq -> seq.ifPresent(reached -> {
                    if (isSmall.test(mark.room()) && moved.add(stream, mark.user(), reached)) {
                        vertx.setTimer(GATHER_MS, any -> sendMarks(mark.room(), stream));
                    }
                }))
                .map(any -> new ReadMark.Receipt(false));
    }

    private void sendMarks(RoomId room, StreamName stream) {
        moved.take(stream)
                .forEach((user, seq) -> send.accept(
                        new TransientFrame(stream, FrameChunks.encode(new ServerFrame.Read(room, user, seq)))));
    }

    /** Whether the user's signals may be sent. A block holds for everyone, admins included. */
    private Future<Boolean> mayBeHeard(Typists.Place place, boolean passesBars) {
        return place.to()
                .fold(
                        room -> mayBeHeard(room, place.user(), passesBars),
                        recipient -> stores.blocks()
                                .isBlocked(recipient, place.user())
                                .map(blocked -> !blocked));
    }

    private Future<Boolean> mayBeHeard(RoomId room, UserId user, boolean passesBars) {
        return passesBars
                ? Future.succeededFuture(true)
                : stores.streams().access(StreamName.room(room), user).map(access -> !access.barred());
    }

    private void end(Typists.Place place) {
        if (typists.end(place)) {
            tell(place, false);
        }
    }

    private void tell(Typists.Place place, boolean typing) {
        send.accept(new TransientFrame(
                place.to().fold(StreamName::room, StreamName::inbox),
                FrameChunks.encode(new ServerFrame.Typing(place.to(), place.user(), typing)),
                Optional.of(place.user())));
    }
}
