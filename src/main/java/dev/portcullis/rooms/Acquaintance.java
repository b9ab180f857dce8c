package dev.portcullis.rooms;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;

/** Knows whom a user has written to. It is this stage's view of the inboxes. */
@FunctionalInterface
public interface Acquaintance {
    /** Whether the owner of an inbox wrote to this user. */
    Future<Boolean> hasWritten(UserId owner, UserId user);
}
