package dev.portcullis.rooms.invitation;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;

/**
 * An invitation as its inviter has it. It stays until the invited user answers or it is too old: that it was refused for a
 * block, or displaced, is not told (CWE-204).
 *
 * @param role that the user would have
 * @param at when it was sent, in milliseconds
 */
public record SentInvitation(RoomId room, UserId to, RoomRole role, long at) {
    boolean isSameAs(SentInvitation other) {
        return room.equals(other.room) && to.equals(other.to);
    }
}
