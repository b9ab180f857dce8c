package dev.portcullis.auth.session;

import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** The result of registering a session. */
public sealed interface RegistrationResult {
    <R> R fold(
            Supplier<R> registered,
            Function<List<Session>, R> atCap,
            LongFunction<R> handshakesLimited,
            Supplier<R> revoked);

    /** The session is registered. */
    record Registered() implements RegistrationResult {
        @Override
        public <R> R fold(
                Supplier<R> registered,
                Function<List<Session>, R> atCap,
                LongFunction<R> handshakesLimited,
                Supplier<R> revoked) {
            return registered.get();
        }
    }

    /**
     * The user has as many live sessions as allowed.
     *
     * @param sessions all of them, oldest first
     */
    record AtCap(List<Session> sessions) implements RegistrationResult {
        @Override
        public <R> R fold(
                Supplier<R> registered,
                Function<List<Session>, R> atCap,
                LongFunction<R> handshakesLimited,
                Supplier<R> revoked) {
            return atCap.apply(sessions);
        }
    }

    /** The user had too many handshakes within the last minute. */
    record HandshakesLimited(long retryAfterMs) implements RegistrationResult {
        @Override
        public <R> R fold(
                Supplier<R> registered,
                Function<List<Session>, R> atCap,
                LongFunction<R> handshakesLimited,
                Supplier<R> revoked) {
            return handshakesLimited.apply(retryAfterMs);
        }
    }

    /** The token is revoked. */
    record Revoked() implements RegistrationResult {
        @Override
        public <R> R fold(
                Supplier<R> registered,
                Function<List<Session>, R> atCap,
                LongFunction<R> handshakesLimited,
                Supplier<R> revoked) {
            return revoked.get();
        }
    }
}
