package dev.portcullis.auth;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;

/**
 * Where sessions last. Each method is one atomic step; a future that fails means that the store broke, and that the
 * step may have been done or not.
 */
public interface SessionStore {
    /**
     * Counts the handshake, then registers the session if the cap allows it or lets it push out older ones. A handshake
     * over the limit is not counted, so that waiting helps. Sessions past their {@code expiresAt} have ended.
     */
    Future<Registered> open(Session session, Attempt attempt);

    /** Ending what has ended changes nothing. An id that has ended is never live again. */
    Future<Void> end(String sessionId);

    /** The live ones, oldest first. */
    Future<List<Session>> ofUser(UserId user);

    /** Whether an attempt counts as a handshake of its own. */
    enum Attempt {
        FIRST,
        AFTER_PROBE
    }
}
