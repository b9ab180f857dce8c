package dev.portcullis.edge.membership;

import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.PublishFence;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.RenewablePermit;
import dev.portcullis.protocol.ClientFrame.RemoveUser;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.rooms.RoomAuthorizer.RemovalVerdict;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Removes users from rooms, and lets them leave: the stage {@code rooms} permits it, an entry of the room's stream does it, and
 * then the user's lists are put in order and their other sessions are told.
 */
public final class MembershipEnd {
    private static final long TIDY_MS = 1_000;

    private final RoomAuthorizer rooms;
    private final Broadcaster broadcaster;

    /**
     * The time for the entry.
     *
     * @param ms when the result is due
     * @param fence until when the entry may be appended
     */
    public record Within(long ms, PublishFence fence) {}

    /** @param tidied completes when the lists and sessions of the user know of it; it never fails */
    public record Ended(PublishResult result, Future<Void> tidied) {
        static Ended unchanged(PublishResult result) {
            return new Ended(result, Future.succeededFuture());
        }
    }

    public MembershipEnd(RoomAuthorizer rooms, Broadcaster broadcaster) {
        this.rooms = rooms;
        this.broadcaster = broadcaster;
    }

    /** @param within is asked for once it is permitted; without an answer nothing is done any more */
    public Future<Ended> remove(Sender by, RemoveUser removal, Supplier<Optional<Within>> within) {
        return end(
                by,
                removal.roomId(),
                removal.userId(),
                () -> rooms.authorizeRemoval(by, removal.roomId(), removal.userId()),
                (permission, time) -> broadcaster.remove(by, removal, permission, time.ms(), time.fence()),
                within);
    }

    /** Like {@link #remove}, by the user themselves. */
    public Future<Ended> leave(Sender by, RoomId room, Supplier<Optional<Within>> within) {
        return end(
                by,
                room,
                by.userId(),
                () -> rooms.authorizeLeave(by, room),
                (permission, time) -> broadcaster.leave(by.userId(), room, permission, time.ms()),
                within);
    }

    private Future<Ended> end(
            Sender by,
            RoomId room,
            UserId user,
            Supplier<Future<RemovalVerdict>> authorize,
            BiFunction<RenewablePermit, Within, Future<PublishResult>> append,
            Supplier<Optional<Within>> within) {
        return authorize
                .get()
                .compose(permitted -> permitted
                        .verdict()
                        .fold(
                                () -> {
                                    RenewablePermit permission = new RenewablePermit(
                                            permitted.verdict().permit(),
                                            () -> authorize.get().map(RemovalVerdict::verdict));
                                    return within.get()
                                            .map(time -> append.apply(permission, time))
                                            .orElseGet(() ->
                                                    Future.succeededFuture(PublishResult.refused(Reason.UNAVAILABLE)));
                                },
                                why -> Future.<PublishResult>succeededFuture(new PublishResult.Refused(why)))
                        .map(result -> result instanceof PublishResult.Acked
                                ? new Ended(result, rooms.tidyLists(room, user, by.userId(), permitted.name(), TIDY_MS))
                                : Ended.unchanged(result)));
    }
}
