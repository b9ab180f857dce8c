package dev.portcullis.broadcast;

import dev.portcullis.protocol.RoomCondition;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * Ends subscriptions to a room by an entry of its stream, which bars no user: one leaves the room, whose membership ends in the
 * same step, or it was deleted.
 *
 * @param user whose; empty for all
 * @param messageId the id of the entry, and the key under which a repeated announcement of a deletion is known
 * @param notAfter when it must not be appended any more
 * @param condition under which a user leaves
 */
public record DetachRequest(
        UserId by,
        RoomId roomId,
        Optional<UserId> user,
        String messageId,
        long notAfter,
        Optional<RoomCondition> condition) {
    DetachRequest notLaterThan(long fence) {
        return new DetachRequest(by, roomId, user, messageId, Math.min(notAfter, fence), condition);
    }
}
