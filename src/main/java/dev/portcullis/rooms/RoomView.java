package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.Room.Visibility;
import java.util.Optional;

/**
 * A room as one user sees it.
 *
 * @param name the name, safe as HTML; the id, where no user created the room
 * @param createdAt the time of the creation in milliseconds; empty where no user created the room
 * @param role the user's own role; empty without a membership
 * @param topic the topic, safe as HTML
 */
public record RoomView(
        RoomId id,
        String name,
        Visibility visibility,
        Optional<Long> createdAt,
        Optional<RoomRole> role,
        Optional<String> topic) {
    static RoomView of(Room room, Optional<Membership> membership) {
        return new RoomView(
                room.id(),
                room.name(),
                room.visibility(),
                Optional.of(room.createdAt()),
                membership.map(Membership::role),
                room.topic());
    }

    /** A room that no user created. */
    static RoomView unrecorded(RoomId id, boolean open, Optional<Membership> membership) {
        return new RoomView(
                id,
                id.value(),
                open ? Visibility.PUBLIC : Visibility.PRIVATE,
                Optional.empty(),
                membership.map(Membership::role),
                Optional.empty());
    }
}
