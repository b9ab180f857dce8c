package dev.portcullis.auth;

import dev.portcullis.protocol.AuthRefusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Proves tokens: form first, then the signature, then what they claim. Lives on one event loop. */
final class TokenVerifier {
    private static final Proof INVALID = Proof.unproven(AuthRefusal.INVALID_TOKEN);

    private final List<TrustedIssuer> issuers;
    private final Set<String> algorithms;
    private final ProvenTokens proven;
    private final LongSupplier clock;

    private TokenVerifier(List<TrustedIssuer> issuers, AuthConfig config, LongSupplier clock) {
        this.issuers = issuers;
        this.algorithms = config.issuers().stream()
                .flatMap(issuer -> issuer.algorithms().stream())
                .collect(Collectors.toUnmodifiableSet());
        this.proven = new ProvenTokens(config.cache());
        this.clock = clock;
    }

    static Future<TokenVerifier> open(Vertx vertx, AuthConfig config, LongSupplier clock) {
        List<Future<TrustedIssuer>> opening = config.issuers().stream()
                .map(issuer -> TrustedIssuer.open(vertx, issuer, config))
                .toList();
        return Future.all(opening).map(all -> new TokenVerifier(all.<TrustedIssuer>list(), config, clock));
    }

    Future<Proof> verify(String token) {
        if (token.length() > TokenForm.MAX_LENGTH) { // before anything is done with its length (CWE-400)
            return Future.succeededFuture(INVALID);
        }
        String hash = Sha256.of(token);
        return proven.find(hash)
                .map(claims -> Future.succeededFuture(again(hash, claims)))
                .orElseGet(() -> TokenForm.read(token, algorithms)
                        .map(form -> prove(token, hash, form))
                        .orElse(Future.succeededFuture(INVALID)));
    }

    private Proof again(String hash, TokenClaims claims) {
        if (clock.getAsLong() < claims.expiresAt()) {
            return new Proof.Proven(claims);
        }
        proven.forget(hash);
        return Proof.unproven(AuthRefusal.EXPIRED_TOKEN);
    }

    private Future<Proof> prove(String token, String hash, TokenForm form) {
        List<TrustedIssuer> possible = issuers.stream()
                .filter(issuer -> issuer.policy().concerns(form))
                .toList();
        return signer(token, possible, 0).map(signers -> {
            Proof proof = signers.stream()
                    .findFirst()
                    .map(signer -> signer.policy().judge(form.claims(), hash, clock.getAsLong()))
                    .orElse(INVALID);
            return remembered(hash, proof);
        });
    }

    /** The first of them whose key signed this, or none. */
    private static Future<List<TrustedIssuer>> signer(String token, List<TrustedIssuer> possible, int next) {
        if (next == possible.size()) {
            return Future.succeededFuture(List.of());
        }
        TrustedIssuer issuer = possible.get(next);
        return issuer.key()
                .check(token)
                .compose(signature -> signature == IssuerKey.Signature.GENUINE
                        ? Future.succeededFuture(List.of(issuer))
                        : signer(token, possible, next + 1));
    }

    private Proof remembered(String hash, Proof proof) {
        return proof.fold(
                claims -> {
                    proven.keep(hash, claims);
                    return proof;
                },
                why -> proof);
    }
}
