package dev.portcullis.edge.session;

import dev.portcullis.auth.session.CredentialSource;
import java.util.Optional;

/**
 * The token of a client, and how it came.
 *
 * @param csrfToken the CSRF token that came with the handshake
 */
public record PresentedToken(String token, CredentialSource source, Optional<String> csrfToken) {
    /** A token of an {@code auth} frame. */
    public static PresentedToken inMessage(String token) {
        return new PresentedToken(token, CredentialSource.MESSAGE, Optional.empty());
    }

    /** A browser sends a cookie without the page's doing. */
    public boolean byCookie() {
        return source == CredentialSource.COOKIE;
    }

    @Override
    public String toString() {
        return "PresentedToken[" + source.id() + "]"; // a token in a log gives its readers a session (CWE-532)
    }
}
