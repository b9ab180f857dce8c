package dev.portcullis.auth.login;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.WireName;
import java.util.Optional;
import java.util.function.Function;

/** The result of opening a session. */
public sealed interface OpenSessionResult {
    <R> R fold(
            Function<Opened, R> opened,
            Function<Denied, R> denied,
            Function<TooManySessions, R> tooManySessions,
            Function<HandshakesLimited, R> handshakesLimited);

    /** The session began. The caller must end it. */
    @WireName("Opened")
    record Opened(Session session) implements OpenSessionResult {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<Denied, R> denied,
                Function<TooManySessions, R> tooManySessions,
                Function<HandshakesLimited, R> handshakesLimited) {
            return opened.apply(this);
        }
    }

    /**
     * The token is refused.
     *
     * @param defect empty from a node of an earlier release
     */
    @WireName("Denied")
    record Denied(AuthRefusal why, Optional<TokenDefect> defect) implements OpenSessionResult {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<Denied, R> denied,
                Function<TooManySessions, R> tooManySessions,
                Function<HandshakesLimited, R> handshakesLimited) {
            return denied.apply(this);
        }
    }

    /**
     * The user has as many live sessions as allowed.
     *
     * @param user for the log; empty from a node of an earlier release
     */
    @WireName("TooManySessions")
    record TooManySessions(Optional<UserId> user) implements OpenSessionResult {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<Denied, R> denied,
                Function<TooManySessions, R> tooManySessions,
                Function<HandshakesLimited, R> handshakesLimited) {
            return tooManySessions.apply(this);
        }
    }

    /**
     * The user had too many handshakes within the last minute.
     *
     * @param user for the log; empty from a node of an earlier release
     */
    @WireName("HandshakesLimited")
    record HandshakesLimited(long retryAfterMs, Optional<UserId> user) implements OpenSessionResult {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<Denied, R> denied,
                Function<TooManySessions, R> tooManySessions,
                Function<HandshakesLimited, R> handshakesLimited) {
            return handshakesLimited.apply(this);
        }
    }
}
