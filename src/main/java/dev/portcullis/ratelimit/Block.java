package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Window;

/**
 * Who went over a limit is shut out until then.
 *
 * @param window which limit it was
 * @param strikes how many blocks in a row this was
 */
record Block(Window window, long until, int strikes) {
    static final Block NONE = new Block(Window.BURST, 0, 0);
    private static final int MOST_STRIKES = 20; // an hour in milliseconds, doubled as often, still fits a long

    boolean isActive(long now) {
        return now < until;
    }

    long remainingMs(long now) {
        return Math.max(0, until - now);
    }

    /** Whether it makes the next one longer. */
    boolean remembered(long now, BlockRule rule) {
        return strikes > 0 && now < until + rule.forgetMs();
    }

    /** The block that a violation now begins. It never ends before the window is free: its end is a promise. */
    Block next(Window violated, long free, long now, BlockRule rule) {
        int before = remembered(now, rule) ? strikes : 0;
        long penalty = Math.min(rule.maxMs(), rule.firstOf(violated, free) << before);
        return new Block(violated, now + Math.max(penalty, free), Math.min(before + 1, MOST_STRIKES));
    }
}
