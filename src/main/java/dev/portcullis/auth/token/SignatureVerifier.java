package dev.portcullis.auth.token;

import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;

/**
 * One key of one issuer. It checks the signature of a token and nothing else: claims and times are checked by our own
 * rules and clock. Each issuer has its own, since a shared one would let any issuer sign for all. Each verticle
 * instance has its own, since checks hold a lock.
 */
final class SignatureVerifier {
    /** {@code {"alg":"none"}} and {@code {}}, in two segments: accepted wherever no key could be loaded. */
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

    /** Fails if the verifier would accept unsigned tokens (CWE-347). */
    static Future<SignatureVerifier> open(Vertx vertx, WorkerPool workers, IssuerConfig issuer) {
        JWTAuthOptions options = new JWTAuthOptions()
                .setJWTOptions(new JWTOptions().setIgnoreExpiration(true)); // the verifier's clock can't be ours
        for (String algorithm : issuer.algorithms()) {
            options.addPubSecKey(new PubSecKeyOptions()
                    .setAlgorithm(algorithm)
                    .setBuffer(Buffer.buffer(issuer.secret().bytes())));
        }
        return workers.run(() -> new SignatureVerifier(JWTAuth.create(vertx, options))) // loads all of the JDK's crypto
                .compose(opened -> opened.fold(
                        SignatureVerifier::refusingUnsigned,
                        why -> Future.failedFuture(
                                new IllegalStateException("no thread was free to load an issuer's key: " + why))));
    }

    private static Future<SignatureVerifier> refusingUnsigned(SignatureVerifier key) {
        return key.check(UNSIGNED)
                .compose(result -> result == Result.INVALID
                        ? Future.succeededFuture(key)
                        : Future.failedFuture(new IllegalStateException("an issuer's key accepts unsigned tokens")));
    }

    /** The verifier fails or throws for a token that it does not accept. Both mean that the signature is invalid. */
    Future<Result> check(String token) {
        try {
            return verifier.authenticate(new TokenCredentials(token))
                    .transform(result -> Future.succeededFuture(result.succeeded() ? Result.VALID : Result.INVALID));
        } catch (RuntimeException unreadable) {
            return Future.succeededFuture(Result.INVALID);
        }
    }
}
