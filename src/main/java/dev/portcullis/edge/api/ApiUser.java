package dev.portcullis.edge.api;

import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.http.routing.Admission;
import java.util.Optional;

/** The user who calls, by a verified token. */
public record ApiUser(TokenClaims claims) implements Admission.Caller {
    @Override
    public Optional<String> payer() {
        return Optional.of("user " + claims.userId().value());
    }
}
