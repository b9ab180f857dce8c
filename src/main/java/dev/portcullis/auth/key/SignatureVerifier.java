package dev.portcullis.auth.key;

import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.config.Secret;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import java.security.Key;
import java.security.PublicKey;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key of one issuer. It checks the signature of a token and nothing else: claims and times are checked by other
 * rules. It is never shared between issuers, since any of them could then sign for all. Used by all threads.
 */
public final class SignatureVerifier {
    private final Map<SignatureAlgorithm, SignatureCheck> checks;
    private final boolean slow;
    private final WorkerPool threads;

    private SignatureVerifier(Key key, Set<SignatureAlgorithm> algorithms, boolean slow, WorkerPool threads) {
        this.checks = algorithms.stream()
                .collect(Collectors.toUnmodifiableMap(Function.identity(), algorithm -> load(algorithm, key)));
        this.slow = slow;
        this.threads = threads;
        if (algorithms.isEmpty()) { // RFC 8725 section 3.1
            throw new IllegalArgumentException("a key must have an algorithm");
        }
    }

    private static SignatureCheck load(SignatureAlgorithm algorithm, Key key) {
        return SignatureCheck.of(algorithm, key)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the key of an issuer is none that signatures of " + algorithm.id() + " can be checked with"));
    }

    /** @throws IllegalArgumentException for a secret that is too short, or an algorithm that needs another key */
    static SignatureVerifier ofSecret(Secret secret, Set<SignatureAlgorithm> algorithms, WorkerPool threads) {
        byte[] bytes = secret.bytes();
        for (SignatureAlgorithm algorithm : algorithms) {
            requireFamily(algorithm, KeyFamily.SECRET);
            if (bytes.length < algorithm.minSecretBytes()) {
                throw new IllegalArgumentException("the secret of an issuer is too short for " + algorithm.id());
            }
        }
        return new SignatureVerifier(new SecretKeySpec(bytes, "HMAC"), algorithms, false, threads);
    }

    /** @throws IllegalArgumentException for a key that is not good enough, or an algorithm that needs another key */
    static SignatureVerifier ofPublicKey(PublicKey key, Set<SignatureAlgorithm> algorithms, WorkerPool threads) {
        PublicKeyRules.problem(key).ifPresent(problem -> {
            throw new IllegalArgumentException("the public key of an issuer " + problem);
        });
        KeyFamily family = KeyFamily.of(key).orElseThrow();
        algorithms.forEach(algorithm -> requireFamily(algorithm, family));
        return new SignatureVerifier(key, algorithms, PublicKeyRules.isSlow(key), threads);
    }

    /** Keys are pinned to algorithms: a public key as the secret of HS256 would let anyone sign (CWE-347). */
    private static void requireFamily(SignatureAlgorithm algorithm, KeyFamily family) {
        if (algorithm.family() != family) {
            throw new IllegalArgumentException(algorithm.id() + " does not fit " + family.words());
        }
    }

    boolean fits(SignatureAlgorithm algorithm) {
        return checks.containsKey(algorithm);
    }

    /**
     * Whether the issuer signed it. Completes on the caller's context, for a slow key after a thread has checked it. Fails with
     * {@link AnswerUnavailable} if no thread is free in time: that says nothing about the token.
     */
    public Future<Boolean> isSignerOf(SignatureAlgorithm algorithm, SignedText signed) {
        SignatureCheck check = checks.get(algorithm);
        if (check == null) {
            return Future.succeededFuture(false);
        }
        return slow
                ? threads.run(() -> check.isValid(signed))
                        .compose(result -> result.fold(
                                Future::succeededFuture,
                                notRun -> Future.failedFuture(new AnswerUnavailable(
                                        "too many signatures wait for a thread that checks them"))))
                : Future.succeededFuture(check.isValid(signed));
    }
}
