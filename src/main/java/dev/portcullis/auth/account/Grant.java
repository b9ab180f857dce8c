package dev.portcullis.auth.account;

import dev.portcullis.config.Secret;

/**
 * The tokens that a client gets by a login or a refresh.
 *
 * @param expiresAt the end of the access token, in milliseconds
 * @param csrfToken the token whose hash the access token holds
 * @param refreshExpiresAt the end of the refresh token, in milliseconds
 * @param refreshInBody whether the refresh token travels in bodies, not in a cookie; the same for the whole family
 */
public record Grant(
        String accessToken,
        long expiresAt,
        String csrfToken,
        String refreshToken,
        long refreshExpiresAt,
        boolean refreshInBody,
        AccountProfile profile) {
    @Override
    public String toString() { // a token in a log gives its reader a session (CWE-532)
        return "Grant[" + Secret.REDACTED + ", " + profile.id().value() + "]";
    }
}
