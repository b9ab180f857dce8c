package dev.portcullis.auth.token;

import dev.portcullis.auth.key.SignatureVerifier;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Looks for the key that signed a token. */
record SignerSearch(JwtStructure structure) {
    /** The result. */
    sealed interface Found {
        <R> R fold(Function<Signer, R> signer, Function<TokenDefect, R> none);
    }

    /** Who signed the token, and with which key. */
    record Signer(TrustedIssuer issuer, SignatureVerifier key) implements Found {
        boolean isKeyCurrent() {
            return issuer.keys().isCurrent(key);
        }

        @Override
        public <R> R fold(Function<Signer, R> signer, Function<TokenDefect, R> none) {
            return signer.apply(this);
        }
    }

    /** No key of the issuers signed the token. */
    record None(TokenDefect defect) implements Found {
        @Override
        public <R> R fold(Function<Signer, R> signer, Function<TokenDefect, R> none) {
            return none.apply(defect);
        }

        /** A key that was tried says more than one that was not found, and that more than an issuer. */
        None or(None other) {
            return defect.compareTo(other.defect) > 0 ? this : other;
        }
    }

    /**
     * The first of them that signed the token. One whose keys can't be read does not stand in the way of the others;
     * fails if it may have signed.
     */
    Future<Found> among(List<TrustedIssuer> candidates) {
        return among(candidates, new None(TokenDefect.UNKNOWN_ISSUER), Optional.empty());
    }

    private Future<Found> among(List<TrustedIssuer> candidates, None soFar, Optional<Throwable> unavailable) {
        if (candidates.isEmpty()) {
            return unavailable.<Future<Found>>map(Future::failedFuture).orElseGet(() -> Future.succeededFuture(soFar));
        }
        List<TrustedIssuer> others = candidates.subList(1, candidates.size());
        return of(candidates.get(0))
                .transform((found, failure) -> failure == null
                        ? found.fold(
                                Future::succeededFuture,
                                defect -> among(others, soFar.or(new None(defect)), unavailable))
                        : among(others, soFar, Optional.of(failure)));
    }

    private Future<Found> of(TrustedIssuer issuer) {
        return issuer.keys()
                .keysFor(structure.algorithm(), structure.kid())
                .compose(keys -> issuer.isSelfNamedIn(structure)
                        ? of(issuer, keys, TokenDefect.UNKNOWN_KEY)
                        : Future.succeededFuture(new None(TokenDefect.UNKNOWN_ISSUER)));
    }

    private Future<Found> of(TrustedIssuer issuer, List<SignatureVerifier> keys, TokenDefect soFar) {
        if (keys.isEmpty()) {
            return Future.succeededFuture(new None(soFar));
        }
        SignatureVerifier key = keys.get(0);
        return key.check(structure.algorithm(), structure.signed())
                .compose(result -> result == SignatureVerifier.Result.VALID
                        ? Future.succeededFuture(new Signer(issuer, key))
                        : of(issuer, keys.subList(1, keys.size()), TokenDefect.BAD_SIGNATURE));
    }
}
