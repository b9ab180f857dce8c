package dev.portcullis.rooms;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;

/** Knows whom each user blocks. It is this stage's view of the block lists. */
@FunctionalInterface
public interface BlockLists {
    Future<Boolean> isBlocked(UserId owner, UserId user);
}
