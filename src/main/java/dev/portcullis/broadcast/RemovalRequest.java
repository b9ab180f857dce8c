package dev.portcullis.broadcast;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * That somebody is to be put out of a room, complete before the first attempt.
 *
 * @param key what makes a repetition recognisable: the frame's id, or else the ack's
 * @param notAfter when an attempt must not succeed any more
 */
public record RemovalRequest(
        Sender from,
        RoomId roomId,
        UserId target,
        Optional<String> reason,
        String messageId,
        String key,
        long notAfter) {

    RemovalRequest notLaterThan(long fence) {
        return new RemovalRequest(from, roomId, target, reason, messageId, key, Math.min(notAfter, fence));
    }
}
