package dev.portcullis.auth.login;

import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.token.CsrfClaim;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.http.CsrfConfig.Require;
import java.util.Optional;

/**
 * Refuses a token of a cookie that comes without its CSRF token: a browser sends a cookie with the handshake of any
 * page, but only the page that logged in has the CSRF token (CWE-352, CWE-1385).
 */
public final class CookieCsrf {
    private final CsrfConfig config;

    public CookieCsrf(CsrfConfig config) {
        this.config = config;
    }

    public Optional<TokenDefect> defectOf(TokenClaims claims, Credentials credentials) {
        return isNeeded(credentials) && !isGiven(claims, credentials)
                ? Optional.of(TokenDefect.CSRF_MISMATCH)
                : Optional.empty();
    }

    private boolean isNeeded(Credentials credentials) {
        return config.require() != Require.NEVER
                && credentials.source().filter(CredentialSource.COOKIE::equals).isPresent();
    }

    private static boolean isGiven(TokenClaims claims, Credentials credentials) {
        return credentials
                .csrfToken()
                .filter(token -> CsrfClaim.matches(token, claims))
                .isPresent();
    }
}
