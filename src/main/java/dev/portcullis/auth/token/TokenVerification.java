package dev.portcullis.auth.token;

import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.WireName;
import java.util.Optional;
import java.util.function.Function;

/** The result of verifying a token. */
public sealed interface TokenVerification {
    <R> R fold(Function<TokenClaims, R> valid, Function<Invalid, R> invalid);

    static TokenVerification invalid(TokenDefect defect) {
        return new Invalid(defect.refusal(), Optional.of(defect));
    }

    /** The token is valid now. */
    @WireName("Proven")
    record Valid(TokenClaims claims) implements TokenVerification {
        @Override
        public <R> R fold(Function<TokenClaims, R> valid, Function<Invalid, R> invalid) {
            return valid.apply(claims);
        }
    }

    /**
     * The token is refused.
     *
     * @param defect empty from a node of an earlier release
     */
    @WireName("Unproven")
    record Invalid(AuthRefusal why, Optional<TokenDefect> defect) implements TokenVerification {
        @Override
        public <R> R fold(Function<TokenClaims, R> valid, Function<Invalid, R> invalid) {
            return invalid.apply(this);
        }
    }
}
