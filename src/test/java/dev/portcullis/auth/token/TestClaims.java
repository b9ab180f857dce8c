package dev.portcullis.auth.token;

import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;

/** Claims of a valid token of an ordinary member. */
public final class TestClaims {
    private TestClaims() {}

    public static TokenClaims of(String user) {
        return new TokenClaims(
                new UserId(user),
                "",
                Optional.empty(),
                Role.MEMBER,
                List.of(),
                "t",
                Tokens.NOW,
                Tokens.NOW + 3_600_000,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
