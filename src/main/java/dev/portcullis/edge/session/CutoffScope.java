package dev.portcullis.edge.session;

import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.ConnectionKey;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import java.util.Optional;

/** Which connections a cut-off closes, and how. */
final class CutoffScope {
    private CutoffScope() {}

    /** The key that all of these connections have. */
    static ConnectionKey key(Cutoff cutoff) {
        return cutoff.fold(
                ended -> ConnectionKey.session(ended.sessionId()),
                token -> token.by() == TokenRevoked.By.TOKEN
                        ? ConnectionKey.token(token.id())
                        : ConnectionKey.family(token.id()),
                user -> ConnectionKey.user(user.user()));
    }

    /** Whether the connection with this session is one of them. */
    static boolean contains(Cutoff cutoff, Optional<Session> session) {
        return session.filter(each -> contains(cutoff, each)).isPresent();
    }

    private static boolean contains(Cutoff cutoff, Session session) {
        return cutoff.fold(
                ended -> isSession(ended, session), token -> isOpenedWith(token, session), user -> isOf(user, session));
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
                });
    }

    /** The name in the audit log. */
    static String reason(Cutoff cutoff) {
        return cutoff.fold(
                ended -> ended.cause().id(),
                token -> token.by() == TokenRevoked.By.TOKEN ? "token_revoked" : "login_revoked",
                user -> "user_" + user.cause().id());
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
}
