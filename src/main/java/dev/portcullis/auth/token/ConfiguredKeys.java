package dev.portcullis.auth.token;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;

/** The one key that the configuration gives an issuer: it has no {@code kid}, and counts as long as the process lives. */
record ConfiguredKeys(SignatureVerifier key) implements KeySource {
    static Future<KeySource> open(Vertx vertx, IssuerConfig issuer) {
        return SignatureVerifier.open(vertx, issuer).map(ConfiguredKeys::new);
    }

    /** What a token calls its key can't matter where there is only one. */
    @Override
    public Future<List<SignatureVerifier>> keysFor(Optional<String> kid) {
        return Future.succeededFuture(List.of(key));
    }

    @Override
    public boolean isCurrent(SignatureVerifier other) {
        return key == other;
    }
}
