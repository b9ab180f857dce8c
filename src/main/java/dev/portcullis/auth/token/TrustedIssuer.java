package dev.portcullis.auth.token;

import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** One issuer in one verticle instance: the keys of its tokens, and the rules for their claims. */
record TrustedIssuer(KeySource keys, ClaimsPolicy policy) {
    static Future<TrustedIssuer> open(Vertx vertx, WorkerPool workers, IssuerConfig issuer, TokenConfig config) {
        return ConfiguredKeys.open(vertx, workers, issuer)
                .map(keys -> new TrustedIssuer(keys, new ClaimsPolicy(issuer, config)));
    }
}
