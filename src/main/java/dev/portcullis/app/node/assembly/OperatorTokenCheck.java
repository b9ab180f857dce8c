package dev.portcullis.app.node.assembly;

import dev.portcullis.admin.OperatorAuthenticator.TokenCheck;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.protocol.Sender;
import io.vertx.core.Future;
import java.util.Optional;

/** Lets the admin listener check the tokens of operators with the stage auth. */
public final class OperatorTokenCheck implements TokenCheck {
    private final Authenticator authenticator;

    public OperatorTokenCheck(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    @Override
    public Future<Optional<Sender>> verify(String token) {
        return authenticator
                .verify(token, Optional.empty())
                .map(verification ->
                        verification.fold(claims -> Optional.of(sender(claims)), refusal -> Optional.empty()));
    }

    /** A single request has no session, so the session id is empty. */
    private static Sender sender(TokenClaims claims) {
        return new Sender(claims.userId(), claims.username(), claims.role(), claims.rooms(), "");
    }
}
