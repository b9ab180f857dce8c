package dev.portcullis.auth.token;

import dev.portcullis.config.Live;
import dev.portcullis.config.crypto.Sha256;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Verifies tokens: structure first, then the signature, then the claims. Remembers a verified token for as long as the
 * key that signed it is in use, and the issuers are the same. Runs on one event loop.
 */
public final class TokenVerifier {
    private final Live<TokenTrust> trust;
    private final int instance;
    private final VerifiedTokenCache cache;
    private final LongSupplier clock;

    /** @param instance of the stage, whose issuers are used */
    public TokenVerifier(Live<TokenTrust> trust, int instance, LongSupplier clock) {
        this.trust = trust;
        this.instance = instance;
        TokenConfig config = trust.get().config();
        this.cache = new VerifiedTokenCache(config.cache(), config.cacheBytes());
        this.clock = clock;
    }

    public Future<TokenVerification> verify(String token) {
        if (token.length() > TokenConfig.MAX_LENGTH) { // before anything is done with its length (CWE-400)
            return Future.succeededFuture(TokenVerification.invalid(TokenDefect.TOO_LONG));
        }
        String hash = Sha256.base64Url(token);
        TokenTrust current = trust.get();
        return cache.find(hash)
                .map(claims -> Future.succeededFuture(fromCache(hash, claims)))
                .orElseGet(() -> JwtStructure.read(token, current.algorithms())
                        .fold(
                                structure -> verifyNew(current, token, hash, structure),
                                defect -> Future.succeededFuture(TokenVerification.invalid(defect))));
    }

    private TokenVerification fromCache(String hash, TokenClaims claims) {
        if (clock.getAsLong() < claims.expiresAt()) {
            return new TokenVerification.Valid(claims);
        }
        cache.forget(hash);
        return TokenVerification.invalid(TokenDefect.EXPIRED);
    }

    private Future<TokenVerification> verifyNew(TokenTrust current, String token, String hash, JwtStructure structure) {
        List<TrustedIssuer> candidates = current.issuers(instance).stream()
                .filter(issuer -> issuer.policy().mayBeFrom(structure))
                .toList();
        if (candidates.isEmpty()) {
            return Future.succeededFuture(TokenVerification.invalid(TokenDefect.UNKNOWN_ISSUER));
        }
        return signer(token, structure, candidates)
                .compose(signer -> trust.get() == current
                        ? Future.succeededFuture(judge(current, token, hash, structure, signer))
                        : verify(token)); // the issuers changed meanwhile
    }

    private TokenVerification judge(
            TokenTrust current, String token, String hash, JwtStructure structure, Optional<Signer> signer) {
        return signer.map(found -> checkClaims(current, token, hash, structure, found))
                .orElse(TokenVerification.invalid(TokenDefect.BAD_SIGNATURE));
    }

    /** The first candidate that signed the token, if any. */
    private static Future<Optional<Signer>> signer(
            String token, JwtStructure structure, List<TrustedIssuer> candidates) {
        if (candidates.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        TrustedIssuer issuer = candidates.get(0);
        return issuer.keys()
                .keysFor(structure.kid())
                .compose(keys -> signer(token, issuer, keys))
                .compose(signer -> signer.isPresent()
                        ? Future.succeededFuture(signer)
                        : signer(token, structure, candidates.subList(1, candidates.size())));
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

    private TokenVerification checkClaims(
            TokenTrust current, String token, String hash, JwtStructure structure, Signer signer) {
        long now = clock.getAsLong();
        TokenVerification verification = signer.issuer().policy().check(structure.claims(), hash, now);
        return verification.fold(
                claims -> {
                    cache.keep(
                            hash, claims, token.length(), now, () -> trust.get() == current && signer.isKeyCurrent());
                    return verification;
                },
                why -> verification);
    }

    /** Who signed a token, and with which key. */
    private record Signer(TrustedIssuer issuer, SignatureVerifier key) {
        boolean isKeyCurrent() {
            return issuer.keys().isCurrent(key);
        }
    }
}
