package dev.portcullis.broadcast;

import dev.portcullis.protocol.Permit;
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
 * @param permit of a user to leave
 */
public record DetachRequest(
        UserId by, RoomId roomId, Optional<UserId> user, String messageId, long notAfter, Permit permit) {}
