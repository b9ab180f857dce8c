package dev.portcullis.auth.key;

import dev.portcullis.resilience.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of one issuer as its server publishes them, and those that it published until lately. Never changes. */
final class KeySet {
    static final KeySet EMPTY = new KeySet(List.of());

    /** A token without the name of its key may cost as many checks, and no more (CWE-400). */
    private static final int MAX_TRIED = 4;

    private final List<Entry> entries;

    private KeySet(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** Keys that are in use although they are published no more. */
    private static final int MAX_WITHDRAWN = 100;

    /** @param until nanoseconds; empty while the key is published */
    private record Entry(JsonWebKey key, SignatureVerifier verifier, Optional<Long> until) {
        boolean isInUse(long now) {
            return until.map(end -> now - end < 0).orElse(true);
        }

        Entry withdrawn(long end) {
            return until.isPresent() ? this : new Entry(key, verifier, Optional.of(end));
        }
    }

    /**
     * The keys of a newly read set. Keys that have not changed keep their verifiers. A key that the new set misses stays until
     * this time, but not beside another one of its name.
     *
     * @param now nanoseconds
     */
    KeySet next(List<JsonWebKey> read, WorkerPool threads, long now, long withdrawnUntil) {
        List<Entry> next = new ArrayList<>();
        for (JsonWebKey key : read) {
            SignatureVerifier verifier = entries.stream()
                    .filter(entry -> entry.key.equals(key))
                    .findFirst()
                    .map(Entry::verifier)
                    .orElseGet(() -> SignatureVerifier.ofPublicKey(key.key(), key.algorithms(), threads));
            next.add(new Entry(key, verifier, Optional.empty()));
        }
        entries.stream()
                .filter(entry -> read.stream().noneMatch(key -> isReplacedBy(entry.key, key)))
                .map(entry -> entry.withdrawn(withdrawnUntil))
                .filter(entry -> entry.isInUse(now))
                .limit(MAX_WITHDRAWN)
                .forEach(next::add);
        return new KeySet(next);
    }

    private static boolean isReplacedBy(JsonWebKey old, JsonWebKey published) {
        return old.equals(published) || (old.kid().isPresent() && old.kid().equals(published.kid()));
    }

    /** Without {@code kid} the first few that fit. Keys without a name are tried where no key has this one. */
    List<SignatureVerifier> find(SignatureAlgorithm algorithm, Optional<String> kid, long now) {
        List<Entry> inUse = entries.stream().filter(entry -> entry.isInUse(now)).toList();
        List<Entry> named = kid.isEmpty()
                ? inUse
                : inUse.stream().filter(entry -> entry.key.kid().equals(kid)).toList();
        List<Entry> chosen = named.isEmpty()
                ? inUse.stream().filter(entry -> entry.key.kid().isEmpty()).toList()
                : named;
        return chosen.stream()
                .map(Entry::verifier)
                .filter(verifier -> verifier.fits(algorithm))
                .limit(MAX_TRIED)
                .toList();
    }

    /** Whether a key of this name is here, for whatever algorithm. */
    boolean hasNamed(Optional<String> kid, long now) {
        return kid.isPresent()
                && entries.stream()
                        .anyMatch(entry -> entry.isInUse(now) && entry.key.kid().equals(kid));
    }

    boolean has(SignatureVerifier verifier, long now) {
        return entries.stream().anyMatch(entry -> entry.isInUse(now) && entry.verifier == verifier);
    }
}
