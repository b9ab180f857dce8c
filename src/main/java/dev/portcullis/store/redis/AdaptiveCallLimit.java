package dev.portcullis.store.redis;

import dev.portcullis.config.Section;
import java.util.concurrent.TimeUnit;

/**
 * Limits the calls in flight to one server by additive increase and multiplicative decrease: each round of answers in
 * time raises the limit, a late answer lowers it by three tenths. A refused call fails at once and has changed nothing.
 * Without the limit an overload makes every call wait until all of them are too late.
 *
 * <p>Rounds raise the limit only while at least half of it is in use. So an answer in time also raises it by a tenth for each
 * second since the answer before. Without this, it would stay low under light traffic, and a burst would be refused long after
 * the server is fast again.
 *
 * <p>A late answer counts only if its call began after the last decrease: the calls of one overload decrease the limit
 * once.
 */
public final class AdaptiveCallLimit {
    private static final double DECREASE = 0.7;
    private static final double INCREASE = 4;
    private static final double INCREASE_PER_NANO = 0.1 / TimeUnit.SECONDS.toNanos(1);

    private final Bounds bounds;
    private final int max;
    private double limit;
    private int inFlight;
    private long decreasedAt;
    private long answeredAt;
    private boolean everDecreased;

    /**
     * The time from which on an answer counts as late, and the lowest limit.
     *
     * @param min how many calls may always be in flight
     */
    public record Bounds(int targetMs, int min) {
        static final Bounds STANDARD = new Bounds(200, 32);

        static Bounds read(Section redis) {
            return new Bounds(
                    redis.integer(
                            "targetMs",
                            STANDARD.targetMs,
                            5,
                            5_000,
                            "an answer that takes longer lowers the number of calls in flight on its connection; calls beyond"
                                    + " it fail at once"),
                    redis.integer(
                            "minInFlight",
                            STANDARD.min,
                            1,
                            10_000,
                            "calls that may be in flight on a connection, however slow Redis is"));
        }

        boolean isLate(long durationNanos) {
            return durationNanos > TimeUnit.MILLISECONDS.toNanos(targetMs);
        }
    }

    /** @param max how many calls may be in flight while Redis is fast; the initial limit */
    AdaptiveCallLimit(Bounds bounds, int max) {
        this.bounds = bounds;
        this.max = Math.max(max, bounds.min());
        this.limit = this.max;
    }

    int current() {
        return (int) limit;
    }

    int inFlight() {
        return inFlight;
    }

    boolean hasCapacity() {
        return inFlight < current();
    }

    /** Counts a call, also one that is exempt from the limit. */
    void begin() {
        inFlight++;
    }

    /** The call ended without an answer, for a reason that tells nothing of the server's load. */
    void end() {
        inFlight--;
    }

    /** The call was answered or timed out at {@code nowNanos}. */
    void end(long beganNanos, long nowNanos) {
        boolean used = 2 * inFlight >= limit;
        inFlight--;
        if (!bounds.isLate(nowNanos - beganNanos)) {
            if (everDecreased) {
                double recovery = INCREASE_PER_NANO * limit * (nowNanos - answeredAt);
                limit = Math.min(max, limit + recovery + (used ? INCREASE / limit : 0));
            }
        } else if (!everDecreased || beganNanos - decreasedAt >= 0) {
            limit = Math.max(bounds.min(), limit * DECREASE);
            decreasedAt = nowNanos;
            everDecreased = true;
        }
        answeredAt = nowNanos;
    }
}
