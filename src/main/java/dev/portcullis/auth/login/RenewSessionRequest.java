package dev.portcullis.auth.login;

import dev.portcullis.auth.session.Session;
import dev.portcullis.http.ClientCertificate;
import java.util.Optional;

/**
 * Asks the stage to give a session another token.
 *
 * @param certificate of the connection's TLS
 * @param notAfter when the caller stops waiting: a late renewal could undo a later one
 */
public record RenewSessionRequest(
        Session session, String token, Optional<ClientCertificate> certificate, long notAfter) {
    boolean hasExpired(long now) {
        return now > notAfter;
    }

    /** Equal tokens go to the same instance, which may remember them. */
    public int key() {
        return token.hashCode();
    }

    @Override
    public String toString() {
        return "RenewSessionRequest[" + session.id() + "]"; // a token in a log gives its reader a session (CWE-532)
    }
}
