package dev.portcullis.edge.frame;

import static io.vertx.core.Future.failedFuture;
import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Finds the joined rooms that a connection loses with the token that granted them. It asks for one room at a time. */
public record JoinedRoomCheck(RoomAuthorizer rooms, JoinHandler joins) {
    private static final Set<Reason> DENIALS = EnumSet.of(Reason.NOT_MEMBER, Reason.FORBIDDEN, Reason.NOT_FOUND);

    /** Bars do not apply to an admin. */
    static boolean passesBars(Sender sender) {
        return sender.role() == Role.ADMIN;
    }

    /**
     * The rooms that the sender, by the new token, may not join. Asks nothing if the token grants the same as the old one. Fails
     * if the question can't be answered in time.
     */
    Future<List<RoomId>> lostBy(Connection from, Sender renewed, FrameDeadline deadline) {
        return denied(from, renewed, FrameType.JOIN, from.subscriptions().rooms(), deadline);
    }

    /**
     * The rooms among these in which the sender, by the new token, may not know who is there. Asks and fails like
     * {@link #lostBy}.
     */
    Future<List<RoomId>> unseenBy(Connection from, Sender renewed, List<RoomId> watched, FrameDeadline deadline) {
        return denied(from, renewed, FrameType.PRESENCE, watched, deadline);
    }

    private Future<List<RoomId>> denied(
            Connection from, Sender renewed, FrameType what, List<RoomId> among, FrameDeadline deadline) {
        boolean same = renewed.role() == from.sender().role()
                && renewed.rooms().equals(from.sender().rooms());
        return same
                ? succeededFuture(List.of())
                : refusedAmong(
                        among,
                        room -> rooms.authorize(renewed, what, room).compose(JoinedRoomCheck::isDenied),
                        deadline);
    }

    /**
     * The rooms in which a user who was an admin is barred, or may be. The other rooms are joined again without a frame, now with
     * the bars.
     */
    Future<List<RoomId>> barred(Connection from, FrameDeadline deadline) {
        return refusedAmong(
                        from.subscriptions().rooms(),
                        room -> joins.rejoin(from, room, deadline).map(stays -> !stays),
                        deadline)
                .otherwise(failure -> from.subscriptions().rooms());
    }

    private static Future<Boolean> isDenied(Verdict verdict) {
        return verdict.fold(
                () -> succeededFuture(false),
                why -> DENIALS.stream().map(Rejection::of).anyMatch(why::equals)
                        ? succeededFuture(true)
                        : failedFuture(new StoreFailure("a room can't be authorized")));
    }

    private static Future<List<RoomId>> refusedAmong(
            List<RoomId> all, Function<RoomId, Future<Boolean>> isRefused, FrameDeadline deadline) {
        return next(all.iterator(), isRefused, deadline, new ArrayList<>());
    }

    private static Future<List<RoomId>> next(
            Iterator<RoomId> left,
            Function<RoomId, Future<Boolean>> isRefused,
            FrameDeadline deadline,
            List<RoomId> refused) {
        if (!left.hasNext()) {
            return succeededFuture(refused);
        }
        if (deadline.leftToAnswer() == 0) {
            return failedFuture(new StoreFailure("the joined rooms can't be checked in time"));
        }
        RoomId room = left.next();
        return isRefused.apply(room).compose(lost -> {
            if (lost) {
                refused.add(room);
            }
            return next(left, isRefused, deadline, refused);
        });
    }
}
