package dev.portcullis.auth.login;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.WireName;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** The result of opening a session. */
public sealed interface OpenSessionResult {
    <R> R fold(
            Function<Opened, R> opened,
            Function<Denied, R> denied,
            Supplier<R> tooManySessions,
            LongFunction<R> handshakesLimited);

    /** The session began. The caller must end it. */
    @WireName("Opened")
    record Opened(Session session) implements OpenSessionResult {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<Denied, R> denied,
                Supplier<R> tooManySessions,
                LongFunction<R> handshakesLimited) {
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
                Supplier<R> tooManySessions,
                LongFunction<R> handshakesLimited) {
            return denied.apply(this);
        }
    }

    /** The user has as many live sessions as allowed. */
    @WireName("TooManySessions")
    record TooManySessions() implements OpenSessionResult {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<Denied, R> denied,
                Supplier<R> tooManySessions,
                LongFunction<R> handshakesLimited) {
            return tooManySessions.get();
        }
    }

    /** The user had too many handshakes within the last minute. */
    @WireName("HandshakesLimited")
    record HandshakesLimited(long retryAfterMs) implements OpenSessionResult {
        @Override
        public <R> R fold(
                Function<Opened, R> opened,
                Function<Denied, R> denied,
                Supplier<R> tooManySessions,
                LongFunction<R> handshakesLimited) {
            return handshakesLimited.apply(retryAfterMs);
        }
    }
}
