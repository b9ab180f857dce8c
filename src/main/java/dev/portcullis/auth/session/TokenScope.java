package dev.portcullis.auth.session;

import java.util.function.Function;
import java.util.function.LongFunction;

/** Which tokens are revoked. */
public sealed interface TokenScope {
    <R> R fold(Function<String, R> token, Function<String, R> family, LongFunction<R> issuedBefore);

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
