package dev.portcullis.auth.token;

import dev.portcullis.config.crypto.Sha256;
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
public final class TokenVerifier {
    private final List<TrustedIssuer> issuers;
    private final Set<String> algorithms;
    private final VerifiedTokenCache proven;
    private final LongSupplier clock;

    TokenVerifier(List<TrustedIssuer> issuers, TokenConfig config, LongSupplier clock) {
        this.issuers = issuers;
        this.algorithms = config.algorithms();
        this.proven = new VerifiedTokenCache(config.cache(), config.cacheBytes());
        this.clock = clock;
    }

    public static Future<TokenVerifier> open(Vertx vertx, TokenConfig config, LongSupplier clock) {
        List<Future<TrustedIssuer>> opening = config.issuers().stream()
                .map(issuer -> TrustedIssuer.open(vertx, issuer, config))
                .toList();
        return Future.all(opening).map(all -> new TokenVerifier(all.<TrustedIssuer>list(), config, clock));
    }

    public Future<TokenVerification> verify(String token) {
        if (token.length() > JwtStructure.MAX_LENGTH) { // before anything is done with its length (CWE-400)
            return Future.succeededFuture(TokenVerification.invalid(TokenDefect.TOO_LONG));
        }
        String hash = Sha256.base64Url(token);
        return proven.find(hash)
                .map(claims -> Future.succeededFuture(again(hash, claims)))
                .orElseGet(() -> JwtStructure.read(token, algorithms)
                        .fold(
                                form -> prove(token, hash, form),
                                defect -> Future.succeededFuture(TokenVerification.invalid(defect))));
    }

    private TokenVerification again(String hash, TokenClaims claims) {
        if (clock.getAsLong() < claims.expiresAt()) {
            return new TokenVerification.Valid(claims);
        }
        proven.forget(hash);
        return TokenVerification.invalid(TokenDefect.EXPIRED);
    }

    private Future<TokenVerification> prove(String token, String hash, JwtStructure form) {
        List<TrustedIssuer> possible = issuers.stream()
                .filter(issuer -> issuer.policy().mayBeFrom(form))
                .toList();
        if (possible.isEmpty()) {
            return Future.succeededFuture(TokenVerification.invalid(TokenDefect.UNKNOWN_ISSUER));
        }
        return signer(token, form, possible)
                .map(signer -> signer.map(found -> judge(token, hash, form, found))
                        .orElse(TokenVerification.invalid(TokenDefect.BAD_SIGNATURE)));
    }

    /** The first of them that signed this, or none. */
    private static Future<Optional<Signer>> signer(String token, JwtStructure form, List<TrustedIssuer> possible) {
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

    private static Future<Optional<Signer>> signer(String token, TrustedIssuer issuer, List<SignatureVerifier> keys) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        SignatureVerifier key = keys.get(0);
        return key.check(token)
                .compose(result -> result == SignatureVerifier.Result.VALID
                        ? Future.succeededFuture(Optional.of(new Signer(issuer, key)))
                        : signer(token, issuer, keys.subList(1, keys.size())));
    }

    private TokenVerification judge(String token, String hash, JwtStructure form, Signer signer) {
        long now = clock.getAsLong();
        TokenVerification verification = signer.issuer().policy().judge(form.claims(), hash, now);
        return verification.fold(
                claims -> {
                    proven.keep(hash, claims, token.length(), now, signer::stillCounts);
                    return verification;
                },
                why -> verification);
    }

    /** Who signed a token, and with which key. */
    private record Signer(TrustedIssuer issuer, SignatureVerifier key) {
        boolean stillCounts() {
            return issuer.keys().isCurrent(key);
        }
    }
}
