package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Keeps memberships. Each method is one atomic step. A failed future means that the store failed, and that the step may
 * or may not be done.
 */
public interface MembershipStore {
    Future<Optional<Membership>> find(RoomId room, UserId user);

    /** Adds the user, or changes their role. */
    Future<Void> put(RoomId room, UserId user, Membership membership);

    /** Does nothing where the user is no member. */
    Future<Void> remove(RoomId room, UserId user);
}
