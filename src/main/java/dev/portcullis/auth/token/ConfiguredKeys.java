package dev.portcullis.auth.token;

import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;

/**
 * The single key that the configuration gives an issuer. It has no {@code kid}, and is in use as long as the process
 * runs.
 */
record ConfiguredKeys(SignatureVerifier key) implements KeySource {
    static Future<KeySource> open(Vertx vertx, WorkerPool workers, IssuerConfig issuer) {
        return SignatureVerifier.open(vertx, workers, issuer).map(ConfiguredKeys::new);
    }

    /** Ignores {@code kid}, since there is only one key. */
    @Override
    public Future<List<SignatureVerifier>> keysFor(Optional<String> kid) {
        return Future.succeededFuture(List.of(key));
    }

    @Override
    public boolean isCurrent(SignatureVerifier other) {
        return key == other;
    }
}
