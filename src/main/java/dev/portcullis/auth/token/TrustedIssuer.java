package dev.portcullis.auth.token;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** One issuer as a verticle instance knows it: the keys that prove its tokens, and what they are worth. */
record TrustedIssuer(KeySource keys, ClaimsPolicy policy) {
    static Future<TrustedIssuer> open(Vertx vertx, IssuerConfig issuer, TokenConfig config) {
        return ConfiguredKeys.open(vertx, issuer)
                .map(keys -> new TrustedIssuer(keys, new ClaimsPolicy(issuer, config)));
    }
}
