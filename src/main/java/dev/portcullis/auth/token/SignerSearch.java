package dev.portcullis.auth.token;

import dev.portcullis.auth.key.SignatureVerifier;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Looks for the key that signed a token, or says why none of the issuers' did. */
record SignerSearch(JwtStructure structure) {
    /** The issuer that signed the token, and the key. */
    record Signer(TokenTrust.Issuer issuer, SignatureVerifier key) {
        boolean isKeyCurrent() {
            return issuer.keys().isCurrent(key);
        }
    }

    /**
     * The first issuer that signed the token. An issuer whose keys can't be read does not stand in the way of the others; the
     * search fails if it may have signed.
     */
    Future<Result<Signer, TokenDefect>> among(List<TokenTrust.Issuer> candidates) {
        return among(candidates, TokenDefect.UNKNOWN_ISSUER, Optional.empty());
    }

    private Future<Result<Signer, TokenDefect>> among(
            List<TokenTrust.Issuer> candidates, TokenDefect soFar, Optional<Throwable> unavailable) {
        if (candidates.isEmpty()) {
            return unavailable
                    .<Future<Result<Signer, TokenDefect>>>map(Future::failedFuture)
                    .orElseGet(() -> Future.succeededFuture(Result.refused(soFar)));
        }
        List<TokenTrust.Issuer> others = candidates.subList(1, candidates.size());
        return of(candidates.get(0))
                .transform((found, failure) -> failure == null
                        ? found.fold(
                                any -> Future.succeededFuture(found),
                                defect -> among(others, moreTelling(soFar, defect), unavailable))
                        : among(others, soFar, Optional.of(failure)));
    }

    /** A key that was tried says more than one that was not found, and that more than an issuer. */
    private static TokenDefect moreTelling(TokenDefect one, TokenDefect other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private Future<Result<Signer, TokenDefect>> of(TokenTrust.Issuer issuer) {
        return issuer.keys()
                .keysFor(structure.algorithm(), structure.kid())
                .compose(keys -> issuer.isSelfNamedIn(structure)
                        ? of(issuer, keys, TokenDefect.UNKNOWN_KEY)
                        : Future.succeededFuture(Result.refused(TokenDefect.UNKNOWN_ISSUER)));
    }

    private Future<Result<Signer, TokenDefect>> of(
            TokenTrust.Issuer issuer, List<SignatureVerifier> keys, TokenDefect soFar) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(Result.refused(soFar));
        }
        SignatureVerifier key = keys.get(0);
        return key.isSignerOf(structure.algorithm(), structure.signed())
                .compose(signed -> signed
                        ? Future.succeededFuture(Result.done(new Signer(issuer, key)))
                        : of(issuer, keys.subList(1, keys.size()), TokenDefect.BAD_SIGNATURE));
    }
}
