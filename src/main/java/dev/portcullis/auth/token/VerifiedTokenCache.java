package dev.portcullis.auth.token;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Recently verified tokens, by their hash. Only valid tokens are added, so that a flood of invalid ones evicts none.
 * Bounded in number and in bytes: a token may name many rooms (CWE-770). The least recently used go first, and expired
 * ones as soon as another token is added. None outlives the key that signed it: an issuer withdraws a key because
 * others may have it (CWE-324).
 */
final class VerifiedTokenCache {
    /** Heap for a token beside its texts, roughly. */
    static final int TOKEN_BYTES = 512;

    private final int maxTokens;
    private final long maxBytes;
    private final Map<String, Entry> byHash = new LinkedHashMap<>(16, 0.75f, true);
    private final NavigableSet<Entry> byExpiry =
            new TreeSet<>(Comparator.comparingLong(Entry::expiresAt).thenComparing(Entry::hash));
    private long bytes;

    VerifiedTokenCache(int maxTokens, long maxBytes) {
        this.maxTokens = maxTokens;
        this.maxBytes = maxBytes;
    }

    Optional<TokenClaims> find(String tokenHash) {
        Entry entry = byHash.get(tokenHash);
        if (entry != null && !entry.keyIsCurrent().getAsBoolean()) {
            drop(entry);
            return Optional.empty();
        }
        return Optional.ofNullable(entry).map(Entry::claims);
    }

    /**
     * @param tokenLength bounds the length of each text in the claims
     * @param keyIsCurrent whether the key that signed the token is still in use; checked whenever the token comes again
     */
    void keep(String tokenHash, TokenClaims claims, int tokenLength, long now, BooleanSupplier keyIsCurrent) {
        forget(tokenHash);
        while (!byExpiry.isEmpty() && byExpiry.first().expiresAt() <= now) {
            drop(byExpiry.first());
        }
        Entry entry = new Entry(tokenHash, claims, TOKEN_BYTES + tokenLength, keyIsCurrent);
        if (entry.bytes() > maxBytes) { // it would evict all others, and then itself
            return;
        }
        byHash.put(tokenHash, entry);
        byExpiry.add(entry);
        bytes += entry.bytes();
        while (byHash.size() > maxTokens || bytes > maxBytes) {
            drop(byHash.values().iterator().next());
        }
    }

    void forget(String tokenHash) {
        Entry entry = byHash.get(tokenHash);
        if (entry != null) {
            drop(entry);
        }
    }

    int size() {
        return byHash.size();
    }

    /** Heap in use, roughly. */
    long bytes() {
        return bytes;
    }

    private void drop(Entry entry) {
        byHash.remove(entry.hash());
        byExpiry.remove(entry);
        bytes -= entry.bytes();
    }

    private record Entry(String hash, TokenClaims claims, long bytes, BooleanSupplier keyIsCurrent) {
        long expiresAt() {
            return claims.expiresAt();
        }
    }
}
