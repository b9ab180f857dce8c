package dev.portcullis.auth;

import dev.portcullis.config.Sha256;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** Proves tokens: form first, then the signature, then what they claim. Lives on one event loop. */
final class TokenVerifier {
    private final List<TrustedIssuer> issuers;
    private final Set<String> algorithms;
    private final ProvenTokens proven;
    private final LongSupplier clock;

    private TokenVerifier(List<TrustedIssuer> issuers, TokenConfig config, LongSupplier clock) {
        this.issuers = issuers;
        this.algorithms = config.algorithms();
        this.proven = new ProvenTokens(config.cache(), config.cacheBytes());
        this.clock = clock;
    }

    static Future<TokenVerifier> open(Vertx vertx, TokenConfig config, LongSupplier clock) {
        List<Future<TrustedIssuer>> opening = config.issuers().stream()
                .map(issuer -> TrustedIssuer.open(vertx, issuer, config))
                .toList();
        return Future.all(opening).map(all -> new TokenVerifier(all.<TrustedIssuer>list(), config, clock));
    }

    Future<Proof> verify(String token) {
        if (token.length() > TokenForm.MAX_LENGTH) { // before anything is done with its length (CWE-400)
            return Future.succeededFuture(Proof.unproven(TokenDefect.TOO_LONG));
        }
        String hash = Sha256.base64Url(token);
        return proven.find(hash)
                .map(claims -> Future.succeededFuture(again(hash, claims)))
                .orElseGet(() -> TokenForm.read(token, algorithms)
                        .fold(
                                form -> prove(token, hash, form),
                                defect -> Future.succeededFuture(Proof.unproven(defect))));
    }

    private Proof again(String hash, TokenClaims claims) {
        if (clock.getAsLong() < claims.expiresAt()) {
            return new Proof.Proven(claims);
        }
        proven.forget(hash);
        return Proof.unproven(TokenDefect.EXPIRED);
    }

    private Future<Proof> prove(String token, String hash, TokenForm form) {
        List<TrustedIssuer> possible = issuers.stream()
                .filter(issuer -> issuer.policy().concerns(form))
                .toList();
        if (possible.isEmpty()) {
            return Future.succeededFuture(Proof.unproven(TokenDefect.UNKNOWN_ISSUER));
        }
        return signer(token, possible, 0).map(signers -> {
            Proof proof = signers.stream()
                    .findFirst()
                    .map(signer -> signer.policy().judge(form.claims(), hash, clock.getAsLong()))
                    .orElse(Proof.unproven(TokenDefect.BAD_SIGNATURE));
            return remembered(token, hash, proof);
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

    private Proof remembered(String token, String hash, Proof proof) {
        return proof.fold(
                claims -> {
                    proven.keep(hash, claims, token.length(), clock.getAsLong());
                    return proof;
                },
                why -> proof);
    }
}
