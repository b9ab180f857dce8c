package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;

/**
 * A member has read a room up to an entry.
 *
 * @param seq the newest seq that the user has read, at most the newest that was sent to them
 * @param passesBars whether no bar concerns the user
 */
public record ReadMark(RoomId room, UserId user, long seq, boolean passesBars) {
    /** @param barred whether the mark was refused, since the member is barred */
    public record Receipt(boolean barred) {}
}
