package dev.portcullis.auth.key;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** When an issuer's keys are read: regularly, earlier after a failure, and for tokens. Not thread-safe. */
final class FetchSchedule {
    private static final int AT_ONCE = 4;
    private static final long FIRST_RETRY_MS = 1_000;
    private static final long LONGEST_RETRY_MS = 60_000;

    private final long refreshMs;
    private final long intervalNanos;
    private long spentUntil;
    private long retryMs = FIRST_RETRY_MS;

    FetchSchedule(KeysConfig config, long now) {
        this.refreshMs = config.refreshMs();
        this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(config.unknownKidMs());
        this.spentUntil = now;
    }

    /**
     * Whether a fetch may begin because of a token; if so it is counted. A few may at once, then one in each interval:
     * tokens with invented key names cause no more than that (CWE-400).
     */
    boolean takeForToken(long now) {
        long from = spentUntil - now > 0 ? spentUntil : now;
        if (from - now > (AT_ONCE - 1) * intervalNanos) {
            return false;
        }
        spentUntil = from + intervalNanos;
        return true;
    }

    /** Until the next regular fetch. All nodes start at the same time, but must not ask at the same time. */
    long pauseAfter(KeyFetchResult result) {
        long pause = refreshMs;
        if (result == KeyFetchResult.OK) {
            retryMs = FIRST_RETRY_MS;
        } else {
            pause = Math.min(retryMs, pause);
            retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS);
        }
        return pause - pause / 10 + ThreadLocalRandom.current().nextLong(pause / 5 + 1);
    }
}
