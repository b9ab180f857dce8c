package dev.portcullis.auth;

import dev.portcullis.protocol.AuthRefusal;
import java.util.function.Function;

/** What came of checking a token. */
public sealed interface Proof {
    <R> R fold(Function<TokenClaims, R> proven, Function<AuthRefusal, R> unproven);

    static Proof unproven(AuthRefusal why) {
        return new Unproven(why);
    }

    /** It is good now. */
    record Proven(TokenClaims claims) implements Proof {
        @Override
        public <R> R fold(Function<TokenClaims, R> proven, Function<AuthRefusal, R> unproven) {
            return proven.apply(claims);
        }
    }

    /** It lets nobody in. */
    record Unproven(AuthRefusal why) implements Proof {
        @Override
        public <R> R fold(Function<TokenClaims, R> proven, Function<AuthRefusal, R> unproven) {
            return unproven.apply(why);
        }
    }
}
