package dev.portcullis.edge.api;

import dev.portcullis.auth.token.CsrfClaim;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.http.CsrfConfig;
import java.util.List;

/**
 * Whether a page has shown that it is the one that logged in. A browser sends a cookie with the request of any page, but
 * only that page has the CSRF token whose hash is in the access token (CWE-352).
 */
final class CsrfRule {
    /** The header that carries the token. */
    static final String HEADER = "X-CSRF-Token";

    private final CsrfConfig config;

    CsrfRule(CsrfConfig config) {
        this.config = config;
    }

    /**
     * @param writes whether the call changes something
     * @param byCookie whether the access token came only in a cookie
     * @param lines of {@link #HEADER}
     */
    boolean admits(boolean writes, boolean byCookie, List<String> lines, TokenClaims claims) {
        return !writes
                || !config.isRequired(byCookie)
                || (lines.size() == 1 && CsrfClaim.matches(lines.get(0), claims));
    }
}
