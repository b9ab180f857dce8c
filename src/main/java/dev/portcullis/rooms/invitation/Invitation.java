package dev.portcullis.rooms.invitation;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;

/**
 * An open invitation, as the invited user has it.
 *
 * @param by the inviter
 * @param role that the user would have
 * @param at when it was sent, in milliseconds
 * @param right what permitted it
 * @param stranger whether the inviter was one: see {@link InvitationBook#receiving}
 * @param overBar whether the user was barred from the room then, so that it lifts this bar. It lifts no later one
 */
public record Invitation(
        RoomId room, UserId by, RoomRole role, long at, Right right, boolean stranger, boolean overBar) {

    /** What permitted an invitation, and must still permit it when it is accepted. */
    public enum Right {
        /** The inviter's role in the room. */
        MEMBERSHIP,
        /** The inviter's token. */
        TOKEN,
        /** That it is an admin, or the application's server, whom neither a bar nor a block holds up. */
        ADMIN
    }

    /** Whether it is from the same inviter, to the same room. */
    boolean isSameAs(Invitation other) {
        return room.equals(other.room) && by.equals(other.by);
    }
}
