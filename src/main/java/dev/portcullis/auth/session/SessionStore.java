package dev.portcullis.auth.session;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/**
 * Keeps the sessions. Each method is one atomic step. A failed future means that the store failed, and that the step
 * may or may not be done.
 */
public interface SessionStore {
    /**
     * Counts the handshake, then registers the session if the cap allows it. A handshake over the limit is not counted,
     * so that waiting helps. Sessions past their {@code expiresAt} have ended.
     */
    Future<RegistrationResult> open(Session session, HandshakeAttempt handshakeAttempt);

    /** Replaces a live session by the same one with another token. Idempotent. */
    Future<RenewalResult> renew(Session renewed);

    /** Idempotent. An id that has ended is never live again. */
    Future<Void> end(UserId user, String sessionId);

    /**
     * Registers again what the store may have lost with its memory. Changes no session that it still has, and revives
     * none that has ended. Ignores the cap: connected clients stay.
     */
    Future<Void> restore(List<Session> sessions);

    /** Those of the sessions that are not live. Finds what cut-offs missed. */
    Future<Set<String>> endedAmong(List<Session> sessions, LeaseTimeout timeout);

    /** The live ones, oldest first. */
    Future<List<Session>> ofUser(UserId user);

    /** Whether an attempt counts as a handshake of its own. */
    enum HandshakeAttempt {
        FIRST,
        /** Belongs to a handshake that is counted already. */
        RETRY
    }
}
