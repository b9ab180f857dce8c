package dev.portcullis.auth.session;

import dev.portcullis.auth.token.TokenConfig;

/**
 * How many revocations are remembered, and for how long.
 *
 * @param keepMs as long as a token that is good now can be: after that it is expired, and needs no revocation
 * @param keepForLoginsMs the same for a revoked login or refresh token
 * @param perUser beyond, all tokens that the user has by now are revoked
 * @param withoutUser beyond, a revocation whose user is not known is refused
 */
public record RevocationLimits(long keepMs, long keepForLoginsMs, int perUser, int withoutUser) {
    /** @param refreshTokenMs how long a refresh token is good; 0 where there are none */
    public static RevocationLimits of(SessionsConfig sessions, TokenConfig tokens, long refreshTokenMs) {
        return new RevocationLimits(
                tokens.maxLifetime() + tokens.clockSkewMs(),
                Math.max(tokens.maxLifetime(), refreshTokenMs) + tokens.clockSkewMs(),
                sessions.revocationsPerUser(),
                sessions.revocationsWithoutUser());
    }

    /** How long one counts whose user is known: a login ends with its refresh tokens, so that needs no longer memory. */
    long keepMs(TokenScope scope) {
        return scope.kind() == TokenScope.Kind.ISSUED_BEFORE ? keepForLoginsMs : keepMs;
    }

    /** How long one counts whose user is not known. */
    long keepInLaneMs(TokenScope scope) {
        return scope.kind() == TokenScope.Kind.TOKEN ? keepMs : keepForLoginsMs;
    }
}
