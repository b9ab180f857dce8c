package dev.portcullis.edge.session;

import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionKey;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.AddressBanned;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import java.util.Optional;

/** Which connections a cut-off closes, and how. */
final class CutoffScope {
    private CutoffScope() {}

    /** The key that all of these connections have. Empty if they have none in common: a range of addresses. */
    static Optional<ConnectionKey> key(Cutoff cutoff) {
        return cutoff.fold(
                ended -> Optional.of(ConnectionKey.session(ended.sessionId())),
                token -> Optional.of(
                        token.by() == TokenRevoked.By.TOKEN
                                ? ConnectionKey.token(token.id())
                                : ConnectionKey.family(token.id())),
                user -> Optional.of(ConnectionKey.user(user.user())),
                banned -> banned.range().key().map(ConnectionKey::address));
    }

    /** Whether this connection is one of them. */
    static boolean contains(Cutoff cutoff, Connection connection, long now) {
        return contains(cutoff, connection.identified(), connection.client().address(), now);
    }

    /** @param session of the connection, if it has one */
    static boolean contains(Cutoff cutoff, Optional<Session> session, String address, long now) {
        return cutoff.fold(
                ended -> session.filter(each -> isSession(ended, each)).isPresent(),
                token -> session.filter(each -> isOpenedWith(token, each)).isPresent(),
                user -> session.filter(each -> isOf(user, each)).isPresent(),
                banned -> isFrom(banned, address, now));
    }

    /** @param revoked the code for what was revoked, as configured */
    static CloseCode closeCode(Cutoff cutoff, CloseCode revoked) {
        return cutoff.fold(
                ended -> switch (ended.cause()) {
                    case EVICTED -> CloseCode.TOO_MANY_SESSIONS;
                    case UNRESPONSIVE -> CloseCode.HEARTBEAT_TIMEOUT;
                    case FORCED, OTHER -> revoked;
                },
                token -> revoked,
                user -> switch (user.cause()) {
                    case REVOKED -> revoked;
                    case BANNED -> CloseCode.BANNED;
                },
                banned -> CloseCode.BANNED);
    }

    /** As in the audit log. */
    static String reason(Cutoff cutoff) {
        return cutoff.fold(
                ended -> ended.cause().id(),
                token -> token.by() == TokenRevoked.By.TOKEN ? "token_revoked" : "login_revoked",
                user -> "user_" + user.cause().id(),
                banned -> "address_banned");
    }

    private static boolean isSession(SessionEnded ended, Session session) {
        return session.id().equals(ended.sessionId());
    }

    private static boolean isOpenedWith(TokenRevoked token, Session session) {
        boolean isItsToken = token.by() == TokenRevoked.By.TOKEN
                ? session.tokenId().equals(token.id())
                : session.family().filter(token.id()::equals).isPresent();
        return isItsToken && token.user().map(session.sender().userId()::equals).orElse(true);
    }

    /** A token without {@code iat} was issued at 0. */
    private static boolean isOf(UserCutOff user, Session session) {
        return session.sender().userId().equals(user.user()) && session.tokenIssuedAt() < user.issuedBefore();
    }

    /** A node that was stopped for long reads bans that are over. */
    private static boolean isFrom(AddressBanned banned, String address, long now) {
        return now < banned.until()
                && IpAddress.parse(address).filter(banned.range()::contains).isPresent();
    }
}
