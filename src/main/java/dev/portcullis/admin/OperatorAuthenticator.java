package dev.portcullis.admin;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.util.Optional;

/** Admits the configured key and tokens of role admin. */
final class OperatorAuthenticator {
    private final Optional<byte[]> key;
    private final TokenCheck tokens;

    OperatorAuthenticator(Optional<Secret> key, TokenCheck tokens) {
        this.key = key.map(Secret::reveal).map(Sha256::of);
        this.tokens = tokens;
    }

    Future<AdminAccess> authenticate(Optional<String> bearer) {
        return bearer.map(this::authenticate)
                .orElse(Future.succeededFuture(new AdminAccess.Refused(HttpRefusal.UNAUTHORIZED)));
    }

    private Future<AdminAccess> authenticate(String bearer) {
        return isKey(bearer)
                ? Future.succeededFuture(AdminAccess.GRANTED)
                : tokens.verify(bearer).map(OperatorAuthenticator::authorize);
    }

    private static AdminAccess authorize(Optional<Sender> sender) {
        return sender.map(Sender::role)
                .map(role -> role == Role.ADMIN ? AdminAccess.GRANTED : new AdminAccess.Refused(HttpRefusal.FORBIDDEN))
                .orElse(new AdminAccess.Refused(HttpRefusal.UNAUTHORIZED));
    }

    /**
     * Compares digests of equal length, so that the time reveals neither the key's length nor a matching prefix
     * (CWE-208).
     */
    private boolean isKey(String bearer) {
        return key.filter(digest -> MessageDigest.isEqual(digest, Sha256.of(bearer)))
                .isPresent();
    }
}
