package dev.portcullis.auth.session;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/**
 * Where sessions last. Each method is one atomic step; a future that fails means that the store broke, and that the
 * step may have been done or not.
 */
public interface SessionStore {
    /**
     * Counts the handshake, then registers the session if the cap allows it. A handshake over the limit is not counted,
     * so that waiting helps. Sessions past their {@code expiresAt} have ended.
     */
    Future<RegistrationResult> open(Session session, HandshakeAttempt handshakeAttempt);

    /** Ending what has ended changes nothing. An id that has ended is never live again. */
    Future<Void> end(UserId user, String sessionId);

    /**
     * Says again what the store may have lost with its memory. Changes nothing of a session that it still has, and
     * revives none that has ended. Who is connected stays, even if that is more than the cap allows to come in.
     */
    Future<Void> restore(List<Session> sessions);

    /** Those of the sessions that are not live: the net below what cut-offs tell. */
    Future<Set<String>> endedAmong(List<Session> sessions, LeaseTimeout timeout);

    /** The live ones, oldest first. */
    Future<List<Session>> ofUser(UserId user);

    /** Whether an attempt counts as a handshake of its own. */
    enum HandshakeAttempt {
        FIRST,
        /** Room was made since. */
        RETRY
    }
}
