package dev.portcullis.streams;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** The subject of a stream. A direct message has no stream of its own: it is in the inboxes of both users. */
public sealed interface StreamKind {
    <R> R fold(Function<RoomId, R> room, Function<UserId, R> inbox, IntFunction<R> cutoffs, Supplier<R> notifications);

    record Room(RoomId roomId) implements StreamKind {
        @Override
        public <R> R fold(
                Function<RoomId, R> room,
                Function<UserId, R> inbox,
                IntFunction<R> cutoffs,
                Supplier<R> notifications) {
            return room.apply(roomId);
        }
    }

    /** The stream has the direct messages that a user received or sent. */
    record Inbox(UserId user) implements StreamKind {
        @Override
        public <R> R fold(
                Function<RoomId, R> room,
                Function<UserId, R> inbox,
                IntFunction<R> cutoffs,
                Supplier<R> notifications) {
            return inbox.apply(user);
        }
    }

    record Cutoffs(int lane) implements StreamKind {
        @Override
        public <R> R fold(
                Function<RoomId, R> room,
                Function<UserId, R> inbox,
                IntFunction<R> cutoffs,
                Supplier<R> notifications) {
            return cutoffs.apply(lane);
        }
    }

    record Notifications() implements StreamKind {
        @Override
        public <R> R fold(
                Function<RoomId, R> room,
                Function<UserId, R> inbox,
                IntFunction<R> cutoffs,
                Supplier<R> notifications) {
            return notifications.get();
        }
    }
}
