package dev.portcullis.auth.token;

import dev.portcullis.auth.token.SignerSearch.Signer;
import dev.portcullis.config.Live;
import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Verifies tokens: structure first, then the signature, then the claims. Remembers a verified token for as long as the
 * key that signed it is in use, and the issuers are the same. Runs on one event loop.
 */
public final class TokenVerifier {
    private final Live<TokenTrust> trust;
    private final VerifiedTokenCache cache;
    private final LongSupplier clock;

    public TokenVerifier(Live<TokenTrust> trust, LongSupplier clock) {
        this.trust = trust;
        TokenConfig config = trust.get().config();
        this.cache = new VerifiedTokenCache(config.cache(), config.cacheBytes());
        this.clock = clock;
    }

    /** Fails with {@link dev.portcullis.bus.AnswerUnavailable} while it can't be said whether the token is valid. */
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
        List<TokenTrust.Issuer> candidates = new ArrayList<>(1);
        TokenDefect defect = TokenDefect.UNKNOWN_ISSUER;
        for (TokenTrust.Issuer issuer : current.issuers()) {
            if (issuer.policy().mayBeFrom(structure)) {
                candidates.add(issuer);
            } else if (issuer.policy().isNamedIn(structure)) {
                defect = TokenDefect.WRONG_ALGORITHM;
            }
        }
        if (candidates.isEmpty()) {
            return Future.succeededFuture(TokenVerification.invalid(defect));
        }
        return new SignerSearch(structure).among(candidates).transform((found, failure) -> {
            if (trust.get() != current) {
                return verify(token); // the issuers changed meanwhile
            }
            return failure == null
                    ? Future.succeededFuture(judge(current, token, hash, structure, found))
                    : Future.failedFuture(failure);
        });
    }

    private TokenVerification judge(
            TokenTrust current, String token, String hash, JwtStructure structure, Result<Signer, TokenDefect> found) {
        return found.fold(
                signer -> checkClaims(current, token, hash, structure, signer),
                defect -> TokenVerification.invalid(
                        structure.isOver(clock.getAsLong()) ? TokenDefect.EXPIRED_UNSIGNED : defect));
    }

    private TokenVerification checkClaims(
            TokenTrust current, String token, String hash, JwtStructure structure, Signer signer) {
        long now = clock.getAsLong();
        TokenVerification verification = signer.issuer()
                .policy()
                .check(structure.claims(), structure.signed().hash(), now);
        return verification.fold(
                claims -> {
                    cache.keep(
                            hash, claims, token.length(), now, () -> trust.get() == current && signer.isKeyCurrent());
                    return verification;
                },
                why -> verification);
    }
}
