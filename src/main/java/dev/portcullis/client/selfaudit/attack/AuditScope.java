package dev.portcullis.client.selfaudit.attack;

import java.util.List;
import java.util.Optional;

/**
 * What the auditor may do and how long it waits.
 *
 * @param origin an Origin that the server allows
 * @param headers further header lines of every handshake, which the operator requires
 * @param admin where operators call, and what they call with
 * @param patienceMs how long an answer may take
 * @param endMs how long a server may keep an idle or unfinished connection
 * @param revocationMs how long a revoked session may go on
 * @param anonymousPerMinute handshakes without a valid token in a minute, at most
 * @param usersPerMinute other handshakes in a minute, at most
 * @param load connections of the load check; 0 for none
 */
public record AuditScope(
        Optional<String> origin,
        List<String> headers,
        Optional<AdminListener> admin,
        int patienceMs,
        int endMs,
        int revocationMs,
        int anonymousPerMinute,
        int usersPerMinute,
        int load) {
    public AuditScope {
        headers = List.copyOf(headers);
    }

    /**
     * The listener for operators.
     *
     * @param credential the API key, or a token of an admin
     */
    public record AdminListener(String host, int port, String credential) {
        /** Hides the credential (CWE-532). */
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }
}
