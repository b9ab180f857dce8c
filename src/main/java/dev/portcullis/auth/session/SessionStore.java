package dev.portcullis.auth.session;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps the sessions. Each method is one atomic step, also with those of the {@link RevocationStore}: no session begins, is
 * renewed or restored with a token whose revocation is stored. A failed future means that the store failed, and that the step
 * may or may not be done.
 */
public interface SessionStore {
    /**
     * Counts the handshake, then registers the session if its token is not revoked and the cap allows it. A handshake over
     * the limit is not counted, so that waiting helps. Sessions past their {@code expiresAt} have ended.
     */
    Future<SessionOpening> open(Session session, HandshakeAttempt handshakeAttempt);

    /** Idempotent. An id that has ended is never live again. */
    Future<Void> end(UserId user, String sessionId);

    /**
     * Replaces the token of a live session, with what depends on it.
     *
     * @param session the whole session as it is from now on, under its id
     */
    Future<SessionRenewal> renew(Session session);

    /**
     * Registers again what the store may have lost with its memory. Changes no session that it still has, and revives
     * none that has ended. Ignores the cap: connected clients stay.
     */
    Future<Void> restore(List<Session> sessions);

    /**
     * The ids of the sessions that are not live. None is live whose token is revoked, so this finds sessions that cut-offs missed.
     */
    Future<Set<String>> endedAmong(List<Session> sessions, LeaseTimeout timeout);

    /** The live sessions, oldest first. */
    Future<List<Session>> ofUser(UserId user);

    /** The sessions that would be live if their token were not revoked. */
    Future<Set<Session>> revokedOf(UserId user);

    Future<Optional<Session>> find(String sessionId);

    /** Whether an attempt counts as a handshake of its own. */
    enum HandshakeAttempt {
        FIRST,
        /** Belongs to a handshake that is counted already. */
        RETRY
    }
}
