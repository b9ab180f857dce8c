package dev.portcullis.rooms;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;

/** The live sessions, as this stage asks them: only they tell which role a user has in a token. */
@FunctionalInterface
public interface SessionRoles {
    /** The highest role of the user's sessions; empty without one. */
    Future<Optional<Role>> highest(UserId user);
}
