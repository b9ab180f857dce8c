package dev.portcullis.auth.token;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;

/** Claims of a valid token of an ordinary member. */
public final class TestClaims {
    private TestClaims() {}

    public static TokenClaims of(String user) {
        return of(user, Optional.empty(), Optional.empty());
    }

    /** @param csrf the CSRF token that belongs to the token */
    public static TokenClaims of(String user, Optional<String> family, Optional<String> csrf) {
        return new TokenClaims(
                new UserId(user),
                "",
                Optional.empty(),
                Role.MEMBER,
                List.of(),
                "t",
                Tokens.NOW,
                Tokens.NOW + 3_600_000,
                family,
                Optional.empty(),
                csrf.map(CsrfClaim::of));
    }
}
