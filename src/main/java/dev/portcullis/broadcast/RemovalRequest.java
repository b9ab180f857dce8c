package dev.portcullis.broadcast;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * Removes a user from a room. It is complete before the first attempt, so that every attempt sends the same request.
 *
 * @param key identifies a repetition: the frame's id; the id of its acknowledgement without one
 * @param notAfter the time after which the removal must not be appended any more
 * @param permit the permit of the append
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
