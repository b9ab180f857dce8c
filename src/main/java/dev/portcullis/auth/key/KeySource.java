package dev.portcullis.auth.key;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * The keys of one issuer, and whether each is still in use. A source may add and remove keys while tokens are checked.
 * Used by all threads.
 */
public interface KeySource {
    /**
     * The keys that may have signed a token, in the order to try them; none where the issuer has none such. Completes on
     * the caller's context. Fails with {@link dev.portcullis.bus.AnswerUnavailable} while that can't be said.
     *
     * @param algorithm one of the issuer's
     * @param kid the key's name in the token's header. The token's author chooses it, so it may only select among the
     *     issuer's keys (CWE-22, CWE-89)
     */
    Future<List<SignatureVerifier>> keysFor(SignatureAlgorithm algorithm, Optional<String> kid);

    /**
     * Whether a key that came from here is still in use. A token counts as verified only as long as its key is in use,
     * so a source that reads its keys again keeps the {@link SignatureVerifier} of each one that has not changed.
     */
    boolean isCurrent(SignatureVerifier key);

    /**
     * The value that {@code iss} must have according to the issuer itself; empty where the configuration alone says it.
     */
    default Optional<String> issuer() {
        return Optional.empty();
    }
}
