package dev.portcullis.rooms;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;

/** Whom each user blocks, as this stage asks about it. */
@FunctionalInterface
public interface BlockLists {
    Future<Boolean> isBlocked(UserId owner, UserId user);
}
