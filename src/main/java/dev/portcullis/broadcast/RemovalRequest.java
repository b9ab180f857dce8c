package dev.portcullis.broadcast;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * Removes a user from a room. Complete before the first attempt, so that every attempt sends the same request.
 *
 * @param key identifies a repetition: the frame's id, or else the id of its acknowledgement
 * @param notAfter when the removal must not be appended any more
 * @param permit of it
 */
public record RemovalRequest(
        Sender from,
        RoomId roomId,
        UserId target,
        Optional<String> reason,
        String messageId,
        String key,
        long notAfter,
        Permit permit) {}
