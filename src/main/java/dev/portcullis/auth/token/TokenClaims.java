package dev.portcullis.auth.token;

import dev.portcullis.protocol.GrantedRooms;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;

/**
 * The claims of a verified token, bounded by what its issuer may grant.
 *
 * @param issuer the claim {@code iss}; empty where absent
 * @param rooms names, or prefixes ending in {@code *}
 * @param tokenId {@code jti}, or the token's hash
 * @param issuedAt milliseconds; 0 where absent, which is older than any "issued before"
 */
public record TokenClaims(
        UserId userId,
        String issuer,
        Optional<String> username,
        Role role,
        List<String> rooms,
        String tokenId,
        long issuedAt,
        long expiresAt) {
    public TokenClaims {
        rooms = GrantedRooms.of(rooms);
    }
}
