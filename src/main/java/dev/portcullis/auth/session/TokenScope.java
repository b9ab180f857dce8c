package dev.portcullis.auth.session;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;

/** Which tokens are revoked. */
public sealed interface TokenScope {
    <R> R fold(Function<String, R> token, Function<String, R> family, LongFunction<R> issuedBefore);

    /** Whether a token is one of them, apart from its user. */
    default boolean contains(String tokenId, long issuedAt, Optional<String> sid) {
        return fold(
                tokenId::equals,
                family -> sid.filter(family::equals).isPresent(),
                time -> issuedAt < time); // a token without iat was issued at 0
    }

    /** Whether a session was opened with one of them, apart from its user. */
    default boolean contains(Session session) {
        return contains(session.tokenId(), session.tokenIssuedAt(), session.family());
    }

    /** One token: its {@code jti}, or its hash. */
    record Token(String tokenId) implements TokenScope {
        @Override
        public <R> R fold(Function<String, R> token, Function<String, R> family, LongFunction<R> issuedBefore) {
            return token.apply(tokenId);
        }
    }

    /** All tokens of a login. */
    record Family(String sid) implements TokenScope {
        @Override
        public <R> R fold(Function<String, R> token, Function<String, R> family, LongFunction<R> issuedBefore) {
            return family.apply(sid);
        }
    }

    /** All tokens that were issued before a time, in milliseconds. */
    record IssuedBefore(long time) implements TokenScope {
        @Override
        public <R> R fold(Function<String, R> token, Function<String, R> family, LongFunction<R> issuedBefore) {
            return issuedBefore.apply(time);
        }
    }
}
