package dev.portcullis.edge.membership;

import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.Publication.Detachment;
import dev.portcullis.broadcast.Publication.Removal;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.PublishTime;
import dev.portcullis.broadcast.RenewablePermit;
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

    /**
     * @param id the frame's id, by which a repetition is recognized
     * @param time is asked for once it is permitted; without an answer nothing is done any more
     */
    public Future<Ended> remove(Sender by, Removal removal, Optional<String> id, Supplier<Optional<PublishTime>> time) {
        return end(
                by,
                removal.roomId(),
                removal.user(),
                () -> rooms.authorizeRemoval(by, removal.roomId(), removal.user()),
                (permission, left) -> broadcaster.publish(by, removal, id, permission, left),
                time);
    }

    /** Like {@link #remove}, by the user themselves. {@code not_found} for a user who neither is a member nor was one recently. */
    public Future<Ended> leave(Sender by, RoomId room, Supplier<Optional<PublishTime>> time) {
        Detachment leave = new Detachment(room, Optional.of(by.userId()));
        return end(
                by,
                room,
                by.userId(),
                () -> rooms.authorizeLeave(by, room),
                (permission, left) -> broadcaster.publish(by, leave, Optional.empty(), permission, left),
                time);
    }

    private Future<Ended> end(
            Sender by,
            RoomId room,
            UserId user,
            Supplier<Future<RemovalVerdict>> authorize,
            BiFunction<RenewablePermit, PublishTime, Future<PublishResult>> publish,
            Supplier<Optional<PublishTime>> time) {
        return authorize
                .get()
                .compose(permitted -> permitted
                        .verdict()
                        .fold(
                                () -> {
                                    RenewablePermit permission = new RenewablePermit(
                                            permitted.verdict().permit(),
                                            () -> authorize.get().map(RemovalVerdict::verdict));
                                    return time.get()
                                            .map(left -> publish.apply(permission, left))
                                            .orElseGet(() ->
                                                    Future.succeededFuture(PublishResult.refused(Reason.UNAVAILABLE)));
                                },
                                why -> Future.<PublishResult>succeededFuture(new PublishResult.Refused(why)))
                        .map(result -> result instanceof PublishResult.Acked
                                ? new Ended(result, rooms.tidyLists(room, user, by.userId(), permitted.name(), TIDY_MS))
                                : Ended.unchanged(result)));
    }
}
