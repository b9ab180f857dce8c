package dev.portcullis.auth.key;

import dev.portcullis.resilience.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of one issuer at one time. Never changes. */
final class KeySet {
    static final KeySet EMPTY = new KeySet(List.of());

    /** A token without the name of its key may cost as many checks, and no more (CWE-400). */
    private static final int MAX_TRIED = 4;

    private final List<Entry> entries;

    private KeySet(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    private record Entry(JsonWebKey key, SignatureVerifier verifier) {}

    /** The keys of a newly read set. Those that have not changed keep their verifiers. A key that it misses is gone. */
    KeySet next(JsonWebKeySet read, WorkerPool threads) {
        List<Entry> next = new ArrayList<>();
        for (JsonWebKey key : read.keys()) {
            next.add(entries.stream()
                    .filter(entry -> entry.key.equals(key))
                    .findFirst()
                    .orElseGet(
                            () -> new Entry(key, SignatureVerifier.ofPublicKey(key.key(), key.algorithms(), threads))));
        }
        return new KeySet(next);
    }

    /** Without {@code kid} the first few that fit. Keys without a name are tried where no key has this one. */
    List<SignatureVerifier> find(SignatureAlgorithm algorithm, Optional<String> kid) {
        List<Entry> named = kid.isEmpty()
                ? entries
                : entries.stream().filter(entry -> entry.key.kid().equals(kid)).toList();
        List<Entry> chosen = named.isEmpty()
                ? entries.stream().filter(entry -> entry.key.kid().isEmpty()).toList()
                : named;
        return chosen.stream()
                .map(Entry::verifier)
                .filter(verifier -> verifier.fits(algorithm))
                .limit(MAX_TRIED)
                .toList();
    }

    /** Whether a key of this name is here, for whatever algorithm. */
    boolean hasNamed(Optional<String> kid) {
        return kid.isPresent()
                && entries.stream().anyMatch(entry -> entry.key.kid().equals(kid));
    }

    boolean has(SignatureVerifier verifier) {
        return entries.stream().anyMatch(entry -> entry.verifier == verifier);
    }
}
