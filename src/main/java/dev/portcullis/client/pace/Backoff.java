package dev.portcullis.client.pace;

import java.util.random.RandomGenerator;

/**
 * The wait before the next attempt: a random time between zero and a ceiling that doubles. Full jitter spreads clients
 * that were disconnected together better than a delay with some noise (thundering herd, CWE-400).
 */
public final class Backoff {
    private static final int MAX_DOUBLINGS = 20;

    private final Bounds bounds;
    private final RandomGenerator random;
    private int attempts;

    /** The first and the last ceiling. */
    public record Bounds(long firstMs, long lastMs) {
        public static final Bounds DEFAULT = new Bounds(1_000, 30_000);

        public Bounds {
            if (firstMs < 1 || lastMs < firstMs || lastMs > 3_600_000) {
                throw new IllegalArgumentException("a backoff goes from at least 1 ms up to at most an hour");
            }
        }
    }

    public Backoff(Bounds bounds, RandomGenerator random) {
        this.bounds = bounds;
        this.random = random;
    }

    public long next() {
        long ceiling = ceiling();
        attempts++;
        return random.nextLong(ceiling + 1);
    }

    public long ceiling() {
        return Math.min(bounds.lastMs(), bounds.firstMs() << Math.min(attempts, MAX_DOUBLINGS));
    }

    public void reset() {
        attempts = 0;
    }
}
