package dev.portcullis.admin;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.util.Optional;

/** Lets in who holds the configured key or a token of role admin. */
final class OperatorAuthenticator {
    private final Optional<byte[]> key;
    private final TokenCheck tokens;

    OperatorAuthenticator(Optional<Secret> key, TokenCheck tokens) {
        this.key = key.map(Secret::reveal).map(Sha256::of);
        this.tokens = tokens;
    }

    Future<AdminAccess> judge(Optional<String> bearer) {
        return bearer.map(this::judge)
                .orElse(Future.succeededFuture(new AdminAccess.Refused(HttpRefusal.UNAUTHORIZED)));
    }

    private Future<AdminAccess> judge(String bearer) {
        return isKey(bearer)
                ? Future.succeededFuture(AdminAccess.GRANTED)
                : tokens.prove(bearer).map(OperatorAuthenticator::judgeProven);
    }

    private static AdminAccess judgeProven(Optional<Sender> sender) {
        return sender.map(Sender::role)
                .map(role -> role == Role.ADMIN ? AdminAccess.GRANTED : new AdminAccess.Refused(HttpRefusal.FORBIDDEN))
                .orElse(new AdminAccess.Refused(HttpRefusal.UNAUTHORIZED));
    }

    /** Digests are equally long, so the time tells neither the key's length nor how much of it was right (CWE-208). */
    private boolean isKey(String bearer) {
        return key.filter(digest -> MessageDigest.isEqual(digest, Sha256.of(bearer)))
                .isPresent();
    }
}
