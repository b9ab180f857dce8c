package dev.portcullis.auth.key;

import dev.portcullis.protocol.Result;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of a key set that can be used (RFC 7517 section 5).
 *
 * @param keys at least one
 */
record JsonWebKeySet(List<JsonWebKey> keys) {
    /** Each key costs a check of its point or modulus (CWE-770). */
    private static final int MAX_KEYS = 100;

    JsonWebKeySet {
        keys = List.copyOf(keys);
    }

    /**
     * Keys that can't be used are left out, as section 5 demands. A set without any other key is no set: it is the
     * answer of a broken server, and must not take away the keys that are known.
     */
    static Result<JsonWebKeySet, KeyFetchResult> read(byte[] body, Set<SignatureAlgorithm> allowed) {
        Optional<List<?>> entries =
                JsonDocument.parse(body).flatMap(set -> set.list("keys")).filter(all -> all.size() <= MAX_KEYS);
        if (entries.isEmpty()) {
            return Result.refused(KeyFetchResult.BAD_DOCUMENT);
        }
        List<JsonWebKey> keys = entries.get().stream()
                .flatMap(entry -> JsonDocument.of(entry).stream())
                .flatMap(entry -> JsonWebKey.read(entry, allowed).stream())
                .toList();
        return keys.isEmpty() ? Result.refused(KeyFetchResult.NO_KEYS) : Result.done(new JsonWebKeySet(keys));
    }
}
