package dev.portcullis.auth.session;

import dev.portcullis.auth.token.TokenConfig;

/**
 * How many revocations are remembered, and for how long.
 *
 * @param keepMs as long as a token that is good now can be: after that it is expired, and needs no revocation
 * @param perUser beyond, all tokens that the user has by now are revoked
 * @param withoutUser beyond, a revocation whose user is not known is refused
 */
public record RevocationLimits(long keepMs, int perUser, int withoutUser) {
    public static RevocationLimits of(SessionsConfig sessions, TokenConfig tokens) {
        return new RevocationLimits(
                tokens.maxLifetime() + tokens.clockSkewMs(),
                sessions.revocationsPerUser(),
                sessions.revocationsWithoutUser());
    }
}
