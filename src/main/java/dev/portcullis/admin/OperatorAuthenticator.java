package dev.portcullis.admin;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.Admission;
import dev.portcullis.http.routing.Admission.Admitted;
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

    Future<Admission> authenticate(Optional<String> bearer) {
        return bearer.map(this::authenticate)
                .orElse(Future.succeededFuture(new Admission.Refused(HttpRefusal.UNAUTHORIZED)));
    }

    private Future<Admission> authenticate(String bearer) {
        return isKey(bearer)
                ? Future.succeededFuture(new Admitted(new Operator(Optional.empty())))
                : tokens.verify(bearer).map(OperatorAuthenticator::authorize);
    }

    private static Admission authorize(Optional<Sender> sender) {
        return sender.<Admission>map(known -> known.role() == Role.ADMIN
                        ? new Admitted(new Operator(Optional.of(known.userId())))
                        : new Admission.Refused(HttpRefusal.FORBIDDEN))
                .orElse(new Admission.Refused(HttpRefusal.UNAUTHORIZED));
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
