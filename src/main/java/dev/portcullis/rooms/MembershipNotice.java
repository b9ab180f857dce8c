package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * What a user is in a room from now on, or is asked to be.
 *
 * @param to the user
 * @param role empty for one who is no member any more
 * @param name of the room, safe as HTML; the id, where no user created it
 * @param by whose act it was; empty for the application's server
 * @param invited the role that the user would have; empty if it is no invitation
 */
public record MembershipNotice(
        UserId to, RoomId room, Optional<RoomRole> role, String name, Optional<UserId> by, Optional<RoomRole> invited) {
    public MembershipNotice(UserId to, RoomId room, Optional<RoomRole> role, String name, Optional<UserId> by) {
        this(to, room, role, name, by, Optional.empty());
    }
}
