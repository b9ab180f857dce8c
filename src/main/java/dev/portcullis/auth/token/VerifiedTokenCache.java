package dev.portcullis.auth.token;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Recently verified tokens, by their hash. Only valid tokens are added, so that a flood of invalid ones evicts none.
 * Bounded in number and in bytes: a token may name many rooms (CWE-770). The least recently used go first, and expired
 * ones as soon as another token is added. None outlives the key that signed it: an issuer withdraws a key because
 * others may have it (CWE-324).
 */
final class VerifiedTokenCache {
    /** Heap for a token beside its texts, roughly. */
    static final int TOKEN_BYTES = 512;

    /** Forgotten tokens that a small queue may have. */
    private static final int MOST_FORGOTTEN = 64;

    private final int maxTokens;
    private final long maxBytes;
    private final Map<String, Entry> byHash = new LinkedHashMap<>(16, 0.75f, true);
    private final PriorityQueue<Entry> byExpiry =
            new PriorityQueue<>(Comparator.comparingLong(entry -> entry.expiresAt));
    private long bytes;

    VerifiedTokenCache(int maxTokens, long maxBytes) {
        this.maxTokens = maxTokens;
        this.maxBytes = maxBytes;
    }

    Optional<TokenClaims> find(String tokenHash) {
        Entry entry = byHash.get(tokenHash);
        if (entry != null && !entry.keyIsCurrent.getAsBoolean()) {
            forget(tokenHash);
            return Optional.empty();
        }
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.claims);
    }

    /**
     * @param tokenLength bounds the length of each text in the claims
     * @param keyIsCurrent whether the key that signed the token is still in use; checked whenever the token comes again
     */
    void keep(String tokenHash, TokenClaims claims, int tokenLength, long now, BooleanSupplier keyIsCurrent) {
        forget(tokenHash);
        dropExpired(now);
        Entry entry = new Entry(tokenHash, claims, TOKEN_BYTES + tokenLength, keyIsCurrent);
        if (entry.bytes > maxBytes) { // it would evict all others, and then itself
            return;
        }
        byHash.put(tokenHash, entry);
        byExpiry.add(entry);
        bytes += entry.bytes;
        while (byHash.size() > maxTokens || bytes > maxBytes) {
            forget(byHash.keySet().iterator().next());
        }
    }

    void forget(String tokenHash) {
        Entry entry = byHash.remove(tokenHash);
        if (entry != null) {
            entry.claims = null;
            bytes -= entry.bytes;
            if (byExpiry.size() > MOST_FORGOTTEN + 2 * byHash.size()) {
                byExpiry.removeIf(each -> each.claims == null);
            }
        }
    }

    int size() {
        return byHash.size();
    }

    /** Heap in use, roughly. */
    long bytes() {
        return bytes;
    }

    /** How many wait for their expiry, forgotten ones among them. */
    int queued() {
        return byExpiry.size();
    }

    private void dropExpired(long now) {
        for (Entry first = byExpiry.peek(); first != null && first.expiresAt <= now; first = byExpiry.peek()) {
            byExpiry.remove();
            if (first.claims != null) {
                forget(first.hash);
            }
        }
    }

    /**
     * A token that is kept, or one that was forgotten: to take that out of the queue too would cost a search for it, so it
     * stays there, empty, until most in the queue are so.
     */
    private static final class Entry {
        private final String hash;
        private final long expiresAt;
        private final long bytes;
        private final BooleanSupplier keyIsCurrent;
        private @Nullable TokenClaims claims;

        Entry(String hash, TokenClaims claims, long bytes, BooleanSupplier keyIsCurrent) {
            this.hash = hash;
            this.expiresAt = claims.expiresAt();
            this.bytes = bytes;
            this.keyIsCurrent = keyIsCurrent;
            this.claims = claims;
        }
    }
}
