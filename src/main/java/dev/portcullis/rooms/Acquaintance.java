package dev.portcullis.rooms;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;

/** Whom a user has written to, as this stage asks about it. */
@FunctionalInterface
public interface Acquaintance {
    /** Whether the owner of an inbox wrote to this user. */
    Future<Boolean> hasWritten(UserId owner, UserId user);
}
