package dev.portcullis.auth.session;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * Remembers which tokens are revoked, for as long as they could be good otherwise. Each method is one atomic step, also
 * with those of the {@link SessionStore}: no session begins, is renewed or restored with a token whose revocation is
 * stored. A failed future means that the store failed, and that the step may or may not be done: it may be repeated.
 */
public interface RevocationStore {
    /** Revokes tokens of a user, and ends the sessions that were opened with one. Idempotent. */
    Future<RevokedSessions> revoke(UserId user, TokenScope scope);

    /**
     * Revokes tokens of all users of a lane, where it is not known whose they are. Their sessions no longer count as
     * live. Idempotent. Fails for a lane that has too many of these.
     *
     * @param scope a token or a login
     */
    Future<Void> revokeInLane(int lane, TokenScope scope);

    /** Whether a token is revoked. */
    default Future<Boolean> isRevoked(TokenClaims claims) {
        return isRevoked(claims.userId(), claims.tokenId(), claims.issuedAt(), claims.family());
    }

    /** @param tokenId empty for what no token id names */
    Future<Boolean> isRevoked(UserId user, String tokenId, long issuedAt, Optional<String> sid);
}
