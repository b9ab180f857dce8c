package dev.portcullis.auth.token;

import dev.portcullis.config.crypto.ConstantTime;
import dev.portcullis.config.crypto.Sha256;
import java.util.List;
import java.util.Optional;

/**
 * Ties a CSRF token to an access token that a browser keeps in a cookie: the claim {@code csrf} is the hash of the CSRF
 * token, which the page has and a foreign page has not. So any issuer can give out CSRF tokens, and no node has to
 * remember one.
 */
public final class CsrfClaim {
    private CsrfClaim() {}

    /** The value of the claim for a CSRF token: base64url of its SHA-256. */
    public static String of(String csrfToken) {
        return Sha256.base64Url(csrfToken);
    }

    /** Whether the CSRF token belongs to the access token. One without the claim has none. */
    public static boolean matches(String csrfToken, TokenClaims claims) {
        return claims.csrf()
                .filter(expected -> ConstantTime.isEqual(expected, of(csrfToken)))
                .isPresent();
    }

    /**
     * The tokens in one cookie that claim the hash of this page's CSRF token; all of them if none does. The claim is not
     * verified here. A page of a sibling domain may have added other tokens (CWE-565), and can't know which hash to claim.
     */
    public static List<String> ofPage(List<String> tokens, Optional<String> csrfToken) {
        Optional<String> expected = csrfToken.map(CsrfClaim::of);
        List<String> own = tokens.stream()
                .filter(each ->
                        expected.isPresent() && JwtStructure.csrfOf(each).equals(expected))
                .toList();
        return own.isEmpty() ? tokens : own;
    }
}
