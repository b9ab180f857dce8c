package dev.portcullis.auth.token;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;

/**
 * A key of one issuer. It says whose signature a token carries and nothing else: claims and times are ours to judge,
 * by our own clock. One for each issuer, since a shared one would let any issuer sign for all; one for each verticle
 * instance, since it is a lock.
 */
final class SignatureVerifier {
    /** {@code {"alg":"none"}} and {@code {}}, in two segments: good wherever no key could be loaded. */
    private static final String UNSIGNED = "eyJhbGciOiJub25lIn0.e30";

    private final JWTAuth verifier;

    private SignatureVerifier(JWTAuth verifier) {
        this.verifier = verifier;
    }

    /** Whether the issuer signed it. */
    enum Result {
        VALID,
        INVALID
    }

    /** Fails if what was built would let unsigned tokens pass (CWE-347). */
    static Future<SignatureVerifier> open(Vertx vertx, IssuerConfig issuer) {
        JWTAuthOptions options = new JWTAuthOptions()
                .setJWTOptions(new JWTOptions().setIgnoreExpiration(true)); // the verifier's clock can't be ours
        for (String algorithm : issuer.algorithms()) {
            options.addPubSecKey(new PubSecKeyOptions()
                    .setAlgorithm(algorithm)
                    .setBuffer(Buffer.buffer(issuer.secret().bytes())));
        }
        return vertx.executeBlocking(
                        () -> new SignatureVerifier(JWTAuth.create(vertx, options))) // loads all of the JDK's crypto
                .compose(SignatureVerifier::refusingUnsigned);
    }

    private static Future<SignatureVerifier> refusingUnsigned(SignatureVerifier key) {
        return key.check(UNSIGNED)
                .compose(result -> result == Result.INVALID
                        ? Future.succeededFuture(key)
                        : Future.failedFuture(new IllegalStateException("an issuer's key accepts unsigned tokens")));
    }

    /** The verifier fails, or throws, for whatever it does not accept; either way nobody signed this. */
    Future<Result> check(String token) {
        try {
            return verifier.authenticate(new TokenCredentials(token))
                    .transform(result -> Future.succeededFuture(result.succeeded() ? Result.VALID : Result.INVALID));
        } catch (RuntimeException unreadable) {
            return Future.succeededFuture(Result.INVALID);
        }
    }
}
