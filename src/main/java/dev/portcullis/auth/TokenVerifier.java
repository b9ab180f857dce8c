package dev.portcullis.auth;

import dev.portcullis.config.Sha256;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Proves tokens: form first, then the signature, then what they claim. What was proven is remembered for as long as the key
 * counts that signed it. Lives on one event loop.
 */
final class TokenVerifier {
    private final List<TrustedIssuer> issuers;
    private final Set<String> algorithms;
    private final ProvenTokens proven;
    private final LongSupplier clock;

    TokenVerifier(List<TrustedIssuer> issuers, TokenConfig config, LongSupplier clock) {
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
        return signer(token, form, possible)
                .map(signer -> signer.map(found -> judge(token, hash, form, found))
                        .orElse(Proof.unproven(TokenDefect.BAD_SIGNATURE)));
    }

    /** The first of them that signed this, or none. */
    private static Future<Optional<Signer>> signer(String token, TokenForm form, List<TrustedIssuer> possible) {
        if (possible.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        TrustedIssuer issuer = possible.get(0);
        return issuer.keys()
                .keysFor(form.kid())
                .compose(keys -> signer(token, issuer, keys))
                .compose(signer -> signer.isPresent()
                        ? Future.succeededFuture(signer)
                        : signer(token, form, possible.subList(1, possible.size())));
    }

    private static Future<Optional<Signer>> signer(String token, TrustedIssuer issuer, List<IssuerKey> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        IssuerKey key = keys.get(0);
        return key.check(token)
                .compose(signature -> signature == IssuerKey.Signature.GENUINE
                        ? Future.succeededFuture(Optional.of(new Signer(issuer, key)))
                        : signer(token, issuer, keys.subList(1, keys.size())));
    }

    private Proof judge(String token, String hash, TokenForm form, Signer signer) {
        long now = clock.getAsLong();
        Proof proof = signer.issuer().policy().judge(form.claims(), hash, now);
        return proof.fold(
                claims -> {
                    proven.keep(hash, claims, token.length(), now, signer::stillCounts);
                    return proof;
                },
                why -> proof);
    }

    /** Who signed a token, and with which key. */
    private record Signer(TrustedIssuer issuer, IssuerKey key) {
        boolean stillCounts() {
            return issuer.keys().holds(key);
        }
    }
}
