package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * Tells a user of a role that they have in a room from now on, or are invited to.
 *
 * @param role the user's role; empty for a user who is no member any more
 * @param name the room's name, safe as HTML; the id, where no user created the room
 * @param by the user who acted; empty for the application's server
 * @param invited the role that the user would have; empty if it is no invitation
 */
public record MembershipNotice(
        UserId to, RoomId room, Optional<RoomRole> role, String name, Optional<UserId> by, Optional<RoomRole> invited) {
    public MembershipNotice(UserId to, RoomId room, Optional<RoomRole> role, String name, Optional<UserId> by) {
        this(to, room, role, name, by, Optional.empty());
    }
}
