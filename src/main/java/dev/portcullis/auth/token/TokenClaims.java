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
 * @param tokenId {@code jti}, or the hash of what is signed
 * @param issuedAt milliseconds; 0 where absent, which is older than any "issued before"
 * @param family {@code sid}: the login that the token comes from, with all tokens of it
 * @param certificate {@code cnf.x5t#S256}: the only client certificate with which the token is good (RFC 8705)
 * @param csrf {@code csrf}: the hash of the CSRF token that belongs to the token
 */
public record TokenClaims(
        UserId userId,
        String issuer,
        Optional<String> username,
        Role role,
        List<String> rooms,
        String tokenId,
        long issuedAt,
        long expiresAt,
        Optional<String> family,
        Optional<String> certificate,
        Optional<String> csrf) {
    public TokenClaims {
        rooms = GrantedRooms.of(rooms);
    }
}
