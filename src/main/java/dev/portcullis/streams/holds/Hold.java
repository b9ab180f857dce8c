package dev.portcullis.streams.holds;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.WireName;
import dev.portcullis.streams.StreamName;
import java.util.Optional;

/** What an operator has kept: a room, or what a user writes and receives. */
public sealed interface Hold {
    String ROOM = "room";
    String USER = "user";

    /** The stream of which it covers each entry. */
    StreamName stream();

    /** Such as {@code room}. */
    String kind();

    String id();

    /** The name by which rows are found. No id has a space. */
    default String key() {
        return kind() + ' ' + id();
    }

    /** The hold of a kind; empty if the kind is not known, or the id is none of it. */
    static Optional<Hold> of(String kind, String id) {
        return switch (kind) {
            case ROOM -> Optional.of(id).filter(RoomId::isValid).map(room -> new OfRoom(new RoomId(room)));
            case USER ->
                Optional.of(id)
                        .filter(user -> UserId.isValid(user) && !UserId.isReserved(user))
                        .map(user -> new OfUser(new UserId(user)));
            default -> Optional.empty();
        };
    }

    /** All that was said in a room. */
    @WireName("OfRoom")
    record OfRoom(RoomId room) implements Hold {
        @Override
        public StreamName stream() {
            return StreamName.room(room);
        }

        @Override
        public String kind() {
            return ROOM;
        }

        @Override
        public String id() {
            return room.value();
        }
    }

    /** The inbox of a user, and what the user wrote anywhere. */
    @WireName("OfUser")
    record OfUser(UserId user) implements Hold {
        @Override
        public StreamName stream() {
            return StreamName.inbox(user);
        }

        @Override
        public String kind() {
            return USER;
        }

        @Override
        public String id() {
            return user.value();
        }
    }
}
