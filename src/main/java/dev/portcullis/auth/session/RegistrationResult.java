package dev.portcullis.auth.session;

import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/** What came of registering a session. */
public sealed interface RegistrationResult {
    <R> R fold(Supplier<R> live, Function<List<Session>, R> full, LongFunction<R> handshakesLimited);

    /** There was room for it. */
    record Registered() implements RegistrationResult {
        @Override
        public <R> R fold(Supplier<R> live, Function<List<Session>, R> full, LongFunction<R> handshakesLimited) {
            return live.get();
        }
    }

    /** @param sessions all of the user's, oldest first */
    record AtCap(List<Session> sessions) implements RegistrationResult {
        @Override
        public <R> R fold(Supplier<R> live, Function<List<Session>, R> full, LongFunction<R> handshakesLimited) {
            return full.apply(sessions);
        }
    }

    /** The user came too often within the last minute. */
    record HandshakesLimited(long retryAfterMs) implements RegistrationResult {
        @Override
        public <R> R fold(Supplier<R> live, Function<List<Session>, R> full, LongFunction<R> handshakesLimited) {
            return handshakesLimited.apply(retryAfterMs);
        }
    }
}
