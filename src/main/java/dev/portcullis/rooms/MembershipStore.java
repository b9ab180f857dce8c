package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Where memberships last. Each method is one atomic step; a future that fails means that the store broke, and that the
 * step may have been done or not.
 */
public interface MembershipStore {
    Future<Optional<Membership>> find(RoomId room, UserId user);

    /** Adds them, or changes what they are. */
    Future<Void> put(RoomId room, UserId user, Membership membership);

    /** Removing whom the room does not have changes nothing. */
    Future<Void> remove(RoomId room, UserId user);
}
