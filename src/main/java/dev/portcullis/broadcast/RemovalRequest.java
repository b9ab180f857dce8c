package dev.portcullis.broadcast;

import dev.portcullis.protocol.RoomCondition;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * Removes a user from a room. Complete before the first attempt, so that every attempt sends the same request.
 *
 * @param key identifies a repetition: the frame's id, or else the id of its acknowledgement
 * @param notAfter when the removal must not be appended any more
 * @param role of the target when the removal was permitted. Of a member with another one nothing is done
 * @param condition on which it was permitted
 */
public record RemovalRequest(
        Sender from,
        RoomId roomId,
        UserId target,
        Optional<String> reason,
        String messageId,
        String key,
        long notAfter,
        Optional<String> role,
        Optional<RoomCondition> condition) {

    RemovalRequest notLaterThan(long fence) {
        return new RemovalRequest(
                from, roomId, target, reason, messageId, key, Math.min(notAfter, fence), role, condition);
    }
}
