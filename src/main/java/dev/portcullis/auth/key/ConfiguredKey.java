package dev.portcullis.auth.key;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The single key that the configuration gives an issuer. It has no {@code kid}, and is in use as long as the issuer. */
record ConfiguredKey(SignatureVerifier key) implements KeySource {
    /** Ignores {@code kid}, since there is only one key. */
    @Override
    public Future<List<SignatureVerifier>> keysFor(SignatureAlgorithm algorithm, Optional<String> kid) {
        return Future.succeededFuture(key.fits(algorithm) ? List.of(key) : List.of());
    }

    @Override
    public boolean isCurrent(SignatureVerifier other) {
        return key == other;
    }
}
