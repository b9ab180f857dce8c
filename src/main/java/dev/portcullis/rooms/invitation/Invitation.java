package dev.portcullis.rooms.invitation;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;

/**
 * An open invitation, as the invited user's book has it.
 *
 * @param role the role that the user would have
 * @param at the time at which it was sent, in milliseconds
 * @param stranger whether the inviter was a stranger: see {@link InvitationBook#receiving}
 * @param overBar whether the user was barred from the room then, so that it lifts this bar, but no later one
 */
public record Invitation(
        RoomId room, UserId by, RoomRole role, long at, Right right, boolean stranger, boolean overBar) {

    /** The right that permitted an invitation, and must still permit it when it is accepted. */
    public enum Right {
        MEMBERSHIP,
        TOKEN,
        /** The inviter is an admin or the application's server, whom neither a bar nor a block holds up. */
        ADMIN
    }

    boolean isSameAs(Invitation other) {
        return room.equals(other.room) && by.equals(other.by);
    }
}
