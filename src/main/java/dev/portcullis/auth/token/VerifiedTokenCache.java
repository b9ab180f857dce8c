package dev.portcullis.auth.token;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Tokens proven lately, by their hash. Only good ones come in, so that a flood of bad ones pushes nobody out. They are
 * bounded in number and in what they cost: a token may name many rooms (CWE-770). The least used go first, and those that
 * have expired as soon as another comes. None outlives the key that signed it: an issuer takes a key back because others
 * may have it (CWE-324).
 */
final class VerifiedTokenCache {
    /** Of the heap, about, for a token beside its texts. */
    static final int TOKEN_BYTES = 512;

    private final int most;
    private final long mostBytes;
    private final Map<String, Kept> byHash = new LinkedHashMap<>(16, 0.75f, true);
    private final NavigableSet<Kept> byExpiry =
            new TreeSet<>(Comparator.comparingLong(Kept::expiresAt).thenComparing(Kept::hash));
    private long bytes;

    VerifiedTokenCache(int most, long mostBytes) {
        this.most = most;
        this.mostBytes = mostBytes;
    }

    Optional<TokenClaims> find(String tokenHash) {
        Kept kept = byHash.get(tokenHash);
        if (kept != null && !kept.keyCounts().getAsBoolean()) {
            drop(kept);
            return Optional.empty();
        }
        return Optional.ofNullable(kept).map(Kept::claims);
    }

    /**
     * @param tokenLength no text of the claims is longer
     * @param keyCounts whether the key that signed the token still does; asked whenever the token comes again
     */
    void keep(String tokenHash, TokenClaims claims, int tokenLength, long now, BooleanSupplier keyCounts) {
        forget(tokenHash);
        while (!byExpiry.isEmpty() && byExpiry.first().expiresAt() <= now) {
            drop(byExpiry.first());
        }
        Kept kept = new Kept(tokenHash, claims, TOKEN_BYTES + tokenLength, keyCounts);
        if (kept.bytes() > mostBytes) { // it would push all others out, and then itself
            return;
        }
        byHash.put(tokenHash, kept);
        byExpiry.add(kept);
        bytes += kept.bytes();
        while (byHash.size() > most || bytes > mostBytes) {
            drop(byHash.values().iterator().next());
        }
    }

    void forget(String tokenHash) {
        Kept kept = byHash.get(tokenHash);
        if (kept != null) {
            drop(kept);
        }
    }

    int size() {
        return byHash.size();
    }

    /** Of the heap, about. */
    long bytes() {
        return bytes;
    }

    private void drop(Kept kept) {
        byHash.remove(kept.hash());
        byExpiry.remove(kept);
        bytes -= kept.bytes();
    }

    private record Kept(String hash, TokenClaims claims, long bytes, BooleanSupplier keyCounts) {
        long expiresAt() {
            return claims.expiresAt();
        }
    }
}
