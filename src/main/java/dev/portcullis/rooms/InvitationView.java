package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * An invitation as the invited user sees it.
 *
 * @param name the room's name, safe as HTML; the id, where no user created the room
 * @param role the role that the user would have
 * @param by the inviter; empty for the application's server
 * @param at the time at which it was sent, in milliseconds
 */
public record InvitationView(RoomId room, String name, RoomRole role, Optional<UserId> by, long at) {}
