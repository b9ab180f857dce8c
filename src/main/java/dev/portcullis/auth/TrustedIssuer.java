package dev.portcullis.auth;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** One issuer as a verticle instance knows it: the key that proves its tokens, and what they are worth. */
record TrustedIssuer(IssuerKey key, ClaimsPolicy policy) {
    static Future<TrustedIssuer> open(Vertx vertx, IssuerConfig issuer, TokenConfig config) {
        return IssuerKey.open(vertx, issuer).map(key -> new TrustedIssuer(key, new ClaimsPolicy(issuer, config)));
    }
}
