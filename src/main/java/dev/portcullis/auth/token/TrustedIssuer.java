package dev.portcullis.auth.token;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** One issuer in one verticle instance: the keys of its tokens, and the rules for their claims. */
record TrustedIssuer(KeySource keys, ClaimsPolicy policy) {
    static Future<TrustedIssuer> open(Vertx vertx, IssuerConfig issuer, TokenConfig config) {
        return ConfiguredKeys.open(vertx, issuer)
                .map(keys -> new TrustedIssuer(keys, new ClaimsPolicy(issuer, config)));
    }
}
