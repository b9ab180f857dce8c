package dev.portcullis.auth.session;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * One user's right to be on one connection.
 *
 * @param sender who its frames come from
 * @param tokenId the token it was opened with: {@code jti}, or the token's hash
 * @param tokenIssuedAt 0 where the token doesn't say
 * @param expiresAt the token's end
 * @param owner of the connection, on whose leases the session hangs
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
        String userAgent) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int ID_BYTES = 18;
    private static final int MAX_USER_AGENT = 256;

    /** A session under a new id that nobody can guess and no earlier session had (CWE-330, CWE-384). */
    public static Session open(TokenClaims who, Credentials credentials, long now) {
        return new Session(
                new Sender(who.userId(), who.username(), who.role(), who.rooms(), newId()),
                who.issuer(),
                who.tokenId(),
                who.issuedAt(),
                now,
                who.expiresAt(),
                credentials.owner(),
                credentials.address(),
                cut(credentials.userAgent()));
    }

    public String id() {
        return sender.sessionId();
    }

    /** Where it lies in the store: with all that is its user's. */
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

    private static String cut(String userAgent) {
        return userAgent.length() <= MAX_USER_AGENT ? userAgent : userAgent.substring(0, MAX_USER_AGENT);
    }
}
