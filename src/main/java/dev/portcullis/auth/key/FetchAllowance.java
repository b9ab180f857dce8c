package dev.portcullis.auth.key;

import java.util.concurrent.TimeUnit;

/**
 * How often tokens may cause a fetch: a few at once, then one in each interval. Tokens with invented key
 * names cause no more than that (CWE-400).
 */
final class FetchAllowance {
    private static final int AT_ONCE = 4;

    private final long intervalNanos;
    private long spentUntil;

    FetchAllowance(long intervalMs, long now) {
        this.intervalNanos = TimeUnit.MILLISECONDS.toNanos(intervalMs);
        this.spentUntil = now;
    }

    /** Whether one more fetch may begin; if so it is counted. */
    boolean take(long now) {
        long from = spentUntil - now > 0 ? spentUntil : now;
        if (from - now > (AT_ONCE - 1) * intervalNanos) {
            return false;
        }
        spentUntil = from + intervalNanos;
        return true;
    }
}
