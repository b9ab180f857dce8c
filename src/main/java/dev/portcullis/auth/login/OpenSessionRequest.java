package dev.portcullis.auth.login;

import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionStore.HandshakeAttempt;
import java.util.List;

/**
 * Asks the stage to open a session.
 *
 * @param suspects sessions that were silent at an earlier attempt, and have had time to answer a ping, or too young for that, and
 *     have had time to end; empty at first
 * @param notAfter when the caller stops waiting, after which no session may be opened; 0 where absent
 */
public record OpenSessionRequest(Credentials credentials, List<Session> suspects, long notAfter) {
    HandshakeAttempt attempt() {
        return suspects.isEmpty() ? HandshakeAttempt.FIRST : HandshakeAttempt.RETRY;
    }

    boolean hasExpired(long now) {
        return notAfter != 0 && now > notAfter;
    }

    /** Equal tokens go to the same instance, which may remember them. */
    public int key() {
        return credentials.isCertificateOnly()
                ? credentials.certificate().hashCode()
                : credentials.token().hashCode();
    }
}
