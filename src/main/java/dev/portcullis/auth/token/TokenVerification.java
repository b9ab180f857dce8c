package dev.portcullis.auth.token;

import dev.portcullis.protocol.WireName;
import java.util.function.Function;

/** The result of verifying a token. */
public sealed interface TokenVerification {
    <R> R fold(Function<TokenClaims, R> valid, Function<TokenDefect, R> invalid);

    static TokenVerification invalid(TokenDefect defect) {
        return new Invalid(defect);
    }

    @WireName("Proven")
    record Valid(TokenClaims claims) implements TokenVerification {
        @Override
        public <R> R fold(Function<TokenClaims, R> valid, Function<TokenDefect, R> invalid) {
            return valid.apply(claims);
        }
    }

    @WireName("Unproven")
    record Invalid(TokenDefect defect) implements TokenVerification {
        @Override
        public <R> R fold(Function<TokenClaims, R> valid, Function<TokenDefect, R> invalid) {
            return invalid.apply(defect);
        }
    }
}
