package dev.portcullis.auth.session;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * One user's right to be on one connection.
 *
 * @param sender of its frames
 * @param tokenId of the token it was opened with: {@code jti}, or the token's hash
 * @param tokenIssuedAt 0 where the token has no {@code iat}
 * @param expiresAt the token's end
 * @param owner of the connection, on whose leases the session depends
 * @param family the login that the token comes from ({@code sid})
 */
public record Session(
        Sender sender,
        String issuer,
        String tokenId,
        long tokenIssuedAt,
        long openedAt,
        long expiresAt,
        SessionOwner owner,
        String address,
        String userAgent,
        Optional<String> family) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 18;
    private static final int MAX_USER_AGENT = 256;

    /** A session under a new random id that can't be guessed and that no earlier session had (CWE-330, CWE-384). */
    public static Session open(TokenClaims claims, Credentials credentials, long now) {
        return new Session(
                new Sender(claims.userId(), claims.username(), claims.role(), claims.rooms(), newId()),
                claims.issuer(),
                claims.tokenId(),
                claims.issuedAt(),
                now,
                claims.expiresAt(),
                credentials.owner(),
                credentials.address(),
                truncate(credentials.userAgent()),
                claims.family());
    }

    /** The same session with another token of its user. */
    public Session renewed(TokenClaims claims) {
        return new Session(
                new Sender(sender.userId(), claims.username(), claims.role(), claims.rooms(), id()),
                issuer,
                claims.tokenId(),
                claims.issuedAt(),
                openedAt,
                claims.expiresAt(),
                owner,
                address,
                userAgent,
                claims.family());
    }

    public String id() {
        return sender.sessionId();
    }

    /** The lane that holds everything of its user in the store. */
    public int lane() {
        return laneOf(sender.userId());
    }

    static int laneOf(UserId user) {
        return StreamName.inbox(user).lane();
    }

    private static String newId() {
        byte[] random = new byte[ID_BYTES];
        RANDOM.nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static String truncate(String userAgent) {
        return userAgent.length() <= MAX_USER_AGENT ? userAgent : userAgent.substring(0, MAX_USER_AGENT);
    }
}
