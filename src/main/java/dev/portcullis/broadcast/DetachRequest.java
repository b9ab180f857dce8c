package dev.portcullis.broadcast;

import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * Ends subscriptions to a room by an entry of its stream, which bars no user: either a user leaves the room, whose membership
 * ends in the same step, or the room was deleted.
 *
 * @param user the user whose subscriptions end; empty for all users
 * @param messageId the id of the entry, and the key by which a repeated announcement of a deletion is recognized
 * @param notAfter the time after which it must not be appended any more
 * @param permit the permit of a user to leave
 */
public record DetachRequest(
        UserId by, RoomId roomId, Optional<UserId> user, String messageId, long notAfter, Permit permit) {}
