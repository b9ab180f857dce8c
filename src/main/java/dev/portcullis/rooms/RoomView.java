package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.rooms.directory.Membership;
import dev.portcullis.rooms.directory.Room;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.Retention;
import java.util.Optional;

/**
 * A room as one user sees it.
 *
 * @param name the name, safe as HTML; the id, where no user created the room
 * @param createdAt the time of the creation in milliseconds; empty where no user created the room
 * @param role the user's own role; empty without a membership
 * @param topic the topic, safe as HTML
 * @param own what the owner has set of the retention
 * @param kept what is kept of the room; empty in lists
 */
public record RoomView(
        RoomId id,
        String name,
        Visibility visibility,
        Optional<Long> createdAt,
        Optional<RoomRole> role,
        Optional<String> topic,
        Optional<OwnRetention> own,
        Optional<Retention> kept) {
    RoomView keeping(Retention retention) {
        return new RoomView(id, name, visibility, createdAt, role, topic, own, Optional.of(retention));
    }

    static RoomView of(Room room, Optional<Membership> membership) {
        return new RoomView(
                room.id(),
                room.name(),
                room.visibility(),
                Optional.of(room.createdAt()),
                membership.map(Membership::role),
                room.topic(),
                room.retention(),
                Optional.empty());
    }

    /** A room that no user created. */
    static RoomView unrecorded(RoomId id, boolean open, Optional<Membership> membership) {
        return new RoomView(
                id,
                id.value(),
                open ? Visibility.PUBLIC : Visibility.PRIVATE,
                Optional.empty(),
                membership.map(Membership::role),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
