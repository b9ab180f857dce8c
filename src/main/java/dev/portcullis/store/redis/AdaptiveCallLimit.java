package dev.portcullis.store.redis;

import dev.portcullis.config.Section;
import java.util.concurrent.TimeUnit;

/**
 * How many calls may be under way to one server: a few more for each round of answers that come in time, three tenths fewer
 * where one comes late (additive increase, multiplicative decrease). What is refused fails at once and has changed
 * nothing; without that an overload lets every call wait until all of them are too late.
 *
 * <p>A late answer counts only if its call began after the last decrease: the calls of one overload decrease it once.
 */
public final class AdaptiveCallLimit {
    private static final double DECREASE = 0.7;
    private static final double INCREASE = 4;

    private final Bounds bounds;
    private final int most;
    private double limit;
    private int underWay;
    private long decreased;
    private boolean everDecreased;

    /**
     * What is late, and what a decrease leaves.
     *
     * @param least calls that may always be under way
     */
    public record Bounds(int targetMs, int least) {
        static final Bounds STANDARD = new Bounds(200, 32);

        static Bounds read(Section redis) {
            return new Bounds(
                    redis.integer(
                            "targetMs",
                            STANDARD.targetMs,
                            5,
                            5_000,
                            "an answer that takes longer lets fewer calls be under way on its connection; those beyond"
                                    + " fail at once"),
                    redis.integer(
                            "leastUnderWay",
                            STANDARD.least,
                            1,
                            10_000,
                            "calls that may be under way on a connection, however slow Redis is"));
        }

        boolean isLate(long tookNanos) {
            return tookNanos > TimeUnit.MILLISECONDS.toNanos(targetMs);
        }
    }

    /** @param most calls that may be under way where Redis is quick; it begins with that */
    AdaptiveCallLimit(Bounds bounds, int most) {
        this.bounds = bounds;
        this.most = Math.max(most, bounds.least());
        this.limit = this.most;
    }

    int now() {
        return (int) limit;
    }

    int underWay() {
        return underWay;
    }

    /** Whether one more call may begin. */
    boolean hasRoom() {
        return underWay < now();
    }

    /** A call begins, also one that did not ask for room. */
    void begin() {
        underWay++;
    }

    /** A call ended without an answer for a reason that tells nothing of the server's load. */
    void end() {
        underWay--;
    }

    /** A call that began then was answered, or given up, now. */
    void end(long beganNanos, long nowNanos) {
        boolean used = 2 * underWay >= limit;
        underWay--;
        if (!bounds.isLate(nowNanos - beganNanos)) {
            if (used) {
                limit = Math.min(most, limit + INCREASE / limit);
            }
        } else if (!everDecreased || beganNanos - decreased >= 0) {
            limit = Math.max(bounds.least(), limit * DECREASE);
            decreased = nowNanos;
            everDecreased = true;
        }
    }
}
