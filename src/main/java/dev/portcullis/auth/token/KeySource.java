package dev.portcullis.auth.token;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Where the keys of one issuer come from, and whether they still count. A source may take keys in and give them up while
 * tokens are checked; it is asked on one event loop.
 */
interface KeySource {
    /**
     * The keys that may have signed a token, in the order to try them; none where it knows of none. Fails only if the source
     * is broken.
     *
     * @param kid what the token's header calls its key: chosen by whoever wrote the token, so it may select among the
     *     issuer's keys and mean nothing else (CWE-22, CWE-89)
     */
    Future<List<SignatureVerifier>> keysFor(Optional<String> kid);

    /**
     * Whether a key that came from here still counts. What it has proven is good only as long as it does, so a source that
     * reads its keys again keeps the {@link SignatureVerifier} of each one that has not changed.
     */
    boolean isCurrent(SignatureVerifier key);
}
