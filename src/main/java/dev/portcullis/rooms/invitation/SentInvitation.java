package dev.portcullis.rooms.invitation;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;

/**
 * An invitation as its inviter's book has it. It stays until the invited user answers, it is taken back or it is too old: the
 * inviter is not told that it was refused for a block, or displaced (CWE-204). A declined invitation stays for a while, so that
 * it does not come again at once.
 *
 * @param at the time at which it was sent, in milliseconds
 * @param declinedAt the time at which it was declined, in milliseconds; 0 while it is open
 * @param overBar whether the user was barred from the room then. A later bar takes it back, also one that somebody else set
 */
public record SentInvitation(RoomId room, UserId to, RoomRole role, long at, long declinedAt, boolean overBar) {
    public SentInvitation(RoomId room, UserId to, RoomRole role, long at, boolean overBar) {
        this(room, to, role, at, 0, overBar);
    }

    SentInvitation declined(long now) {
        return new SentInvitation(room, to, role, at, now, overBar);
    }

    boolean isDeclined() {
        return declinedAt > 0;
    }

    boolean isSameAs(SentInvitation other) {
        return room.equals(other.room) && to.equals(other.to);
    }
}
