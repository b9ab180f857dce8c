package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * An invitation as the invited user sees it.
 *
 * @param name of the room, safe as HTML; the id, where no user created it
 * @param role that the user would have
 * @param by the inviter; empty for the application's server
 * @param at when it was sent, in milliseconds
 */
public record InvitationView(RoomId room, String name, RoomRole role, Optional<UserId> by, long at) {}
