package dev.portcullis.auth.session;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One user's right to be on one connection.
 *
 * @param sender of its frames
 * @param tokenId of the token it was opened with: {@code jti}, or the hash of what is signed
 * @param tokenIssuedAt 0 where the token has no {@code iat}
 * @param expiresAt the token's end, or that of the longest session
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
    private static final int MAX_USER_AGENT = 256;

    /** A session under a new id. */
    public static Session open(TokenClaims claims, Credentials credentials, long now) {
        return new Session(
                new Sender(
                        claims.userId(),
                        claims.username(),
                        claims.role(),
                        claims.rooms(),
                        SessionId.next(laneOf(claims.userId()))),
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

    /**
     * The same session with another token.
     *
     * @param maxAgeMs how long it may live, however often it gets one
     */
    public Session renewed(TokenClaims claims, long maxAgeMs) {
        return new Session(
                        new Sender(claims.userId(), claims.username(), claims.role(), claims.rooms(), id()),
                        claims.issuer(),
                        claims.tokenId(),
                        claims.issuedAt(),
                        openedAt,
                        claims.expiresAt(),
                        owner,
                        address,
                        userAgent,
                        claims.family())
                .endingWithin(maxAgeMs);
    }

    /** The same session, which ends with its token or at this age, whichever is first. */
    public Session endingWithin(long maxAgeMs) {
        return new Session(
                sender,
                issuer,
                tokenId,
                tokenIssuedAt,
                openedAt,
                Math.min(expiresAt, openedAt + maxAgeMs),
                owner,
                address,
                userAgent,
                family);
    }

    public String id() {
        return sender.sessionId();
    }

    /** The lane that holds everything of its user in the store. */
    public int lane() {
        return laneOf(sender.userId());
    }

    static List<List<Session>> byLane(List<Session> sessions) {
        return List.copyOf(
                sessions.stream().collect(Collectors.groupingBy(Session::lane)).values());
    }

    static int laneOf(UserId user) {
        return StreamName.inbox(user).lane();
    }

    private static String truncate(String userAgent) {
        return userAgent.length() <= MAX_USER_AGENT ? userAgent : userAgent.substring(0, MAX_USER_AGENT);
    }
}
