package dev.portcullis.auth.session;

import dev.portcullis.config.Secret;

/**
 * What a handshake presents.
 *
 * @param address the client's, as the trusted proxies report it
 * @param owner of the connection
 */
public record Credentials(String token, String address, SessionOwner owner, String userAgent) {
    @Override
    public String toString() { // a token in a log gives its reader a session (CWE-532)
        return "Credentials[" + Secret.REDACTED + ", " + address + ", " + owner + "]";
    }
}
