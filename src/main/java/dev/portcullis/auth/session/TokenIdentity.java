package dev.portcullis.auth.session;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * A token, as far as it decides whether it is revoked.
 *
 * @param tokenId {@code jti}, or the hash of what is signed; empty for what no token id names
 * @param issuedAt 0 where the token has no {@code iat}
 * @param family the login that the token comes from ({@code sid})
 */
public record TokenIdentity(UserId user, String tokenId, long issuedAt, Optional<String> family) {
    public static TokenIdentity of(TokenClaims claims) {
        return new TokenIdentity(claims.userId(), claims.tokenId(), claims.issuedAt(), claims.family());
    }

    static TokenIdentity of(Session session) {
        return new TokenIdentity(
                session.sender().userId(), session.tokenId(), session.tokenIssuedAt(), session.family());
    }

    /** The lane that holds everything of its user in the store. */
    int lane() {
        return Session.laneOf(user);
    }
}
