package dev.portcullis.store.redis;

import java.util.random.RandomGenerator;

/**
 * Computes the wait before the next attempt: random up to a ceiling that doubles, so that many nodes don't reconnect at
 * the same moment (thundering herd, CWE-400).
 */
public final class ReconnectBackoff {
    private static final int MAX_DOUBLINGS = 20;

    private final Bounds bounds;
    private final RandomGenerator random;
    private int attempts;

    /** The first ceiling and the last one. */
    public record Bounds(long firstMs, long lastMs) {
        static final Bounds STANDARD = new Bounds(50, 1_000);
    }

    ReconnectBackoff(Bounds bounds, RandomGenerator random) {
        this.bounds = bounds;
        this.random = random;
    }

    /** The next wait, at least 1 ms, the shortest delay of a Vert.x timer. */
    long next() {
        long ceiling = Math.min(bounds.lastMs, bounds.firstMs << Math.min(attempts, MAX_DOUBLINGS));
        attempts++;
        return 1 + random.nextLong(Math.max(1, ceiling));
    }

    /** Whether no attempt has failed since the last success. */
    boolean isFresh() {
        return attempts <= 1;
    }

    void reset() {
        attempts = 0;
    }
}
