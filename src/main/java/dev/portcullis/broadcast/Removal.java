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
public record Removal(
        Sender from, RoomId roomId, UserId whom, Optional<String> reason, String messageId, String key, long notAfter) {

    Removal until(long fence) {
        return new Removal(from, roomId, whom, reason, messageId, key, Math.min(notAfter, fence));
    }
}
