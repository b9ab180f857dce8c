package dev.portcullis.auth;

import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.WireName;
import java.util.Optional;
import java.util.function.Function;

/** What came of checking a token. */
public sealed interface Proof {
    <R> R fold(Function<TokenClaims, R> proven, Function<Unproven, R> unproven);

    static Proof unproven(TokenDefect defect) {
        return new Unproven(defect.refusal(), Optional.of(defect));
    }

    /** It is good now. */
    @WireName("Proven")
    record Proven(TokenClaims claims) implements Proof {
        @Override
        public <R> R fold(Function<TokenClaims, R> proven, Function<Unproven, R> unproven) {
            return proven.apply(claims);
        }
    }

    /**
     * It lets nobody in.
     *
     * @param defect empty from a node of an earlier release
     */
    @WireName("Unproven")
    record Unproven(AuthRefusal why, Optional<TokenDefect> defect) implements Proof {
        @Override
        public <R> R fold(Function<TokenClaims, R> proven, Function<Unproven, R> unproven) {
            return unproven.apply(this);
        }
    }
}
