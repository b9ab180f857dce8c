package dev.portcullis.protocol;

import java.util.function.Function;

/** The destination of a frame: a room or one user. */
public sealed interface Target {
    <R> R fold(Function<RoomId, R> room, Function<UserId, R> user);

    @WireName("ToRoom")
    record ToRoom(RoomId roomId) implements Target {
        @Override
        public <R> R fold(Function<RoomId, R> room, Function<UserId, R> user) {
            return room.apply(roomId);
        }
    }

    @WireName("ToUser")
    record ToUser(UserId recipientId) implements Target {
        @Override
        public <R> R fold(Function<RoomId, R> room, Function<UserId, R> user) {
            return user.apply(recipientId);
        }
    }
}
