package dev.portcullis.admin;

import dev.portcullis.config.Secret;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.OperationGuard.Caller;
import dev.portcullis.http.routing.OperationGuard.Refused;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Function;

/** Admits the configured key, and tokens of role admin whose user is not banned. The key stays as the way in. */
public final class OperatorAuthenticator {
    /** Verifies a token. An interface, so that this package does not depend on the verification. */
    @FunctionalInterface
    public interface TokenCheck {
        /** Empty for an invalid token. Fails only if the token could not be checked. */
        Future<Optional<Sender>> verify(String token);
    }

    private final Optional<byte[]> key;
    private final TokenCheck tokens;
    private final Function<UserId, Future<Boolean>> banned;

    /** @param banned whether a user is banned; fails where that can't be read, and then no token is admitted (CWE-636) */
    OperatorAuthenticator(Optional<Secret> key, TokenCheck tokens, Function<UserId, Future<Boolean>> banned) {
        this.key = key.map(Secret::reveal).map(Sha256::of);
        this.tokens = tokens;
        this.banned = banned;
    }

    Future<Result<Caller, Refused>> authenticate(Optional<String> bearer) {
        return bearer.map(this::authenticate).orElseGet(() -> refused(HttpRefusal.UNAUTHORIZED));
    }

    private Future<Result<Caller, Refused>> authenticate(String bearer) {
        return isKey(bearer)
                ? Future.succeededFuture(Result.done(new Operator(Optional.empty())))
                : tokens.verify(bearer).compose(this::authorize);
    }

    private Future<Result<Caller, Refused>> authorize(Optional<Sender> sender) {
        if (sender.isEmpty()) {
            return refused(HttpRefusal.UNAUTHORIZED);
        }
        UserId user = sender.get().userId();
        return sender.get().role() == Role.ADMIN
                ? banned.apply(user)
                        .compose(isBanned -> isBanned
                                ? refused(HttpRefusal.BANNED)
                                : Future.succeededFuture(Result.done(new Operator(Optional.of(user)))))
                : refused(HttpRefusal.FORBIDDEN);
    }

    private static Future<Result<Caller, Refused>> refused(HttpRefusal why) {
        return Future.succeededFuture(Result.refused(new Refused(why)));
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
