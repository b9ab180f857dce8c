package dev.portcullis.auth.login;

import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionStore.HandshakeAttempt;
import java.util.List;

/**
 * What the door asks of the stage: a session, please.
 *
 * @param suspects sessions that were silent when it asked before, and have had time to answer a ping; empty at first
 * @param notAfter when nobody waits for the answer any more: a session that is opened later is nobody's; 0 where that
 *     was not said
 */
public record OpenSessionRequest(Credentials credentials, List<Session> suspects, long notAfter) {
    HandshakeAttempt attempt() {
        return suspects.isEmpty() ? HandshakeAttempt.FIRST : HandshakeAttempt.RETRY;
    }

    boolean hasExpired(long now) {
        return notAfter != 0 && now > notAfter;
    }

    /** Equal tokens meet the same instance, which may remember them. */
    public int key() {
        return credentials.token().hashCode();
    }
}
