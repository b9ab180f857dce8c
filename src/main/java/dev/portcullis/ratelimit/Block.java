package dev.portcullis.ratelimit;

import dev.portcullis.protocol.Rejection.Window;

/**
 * A scope that exceeded a limit is refused until then.
 *
 * @param window the window that was exceeded
 * @param strikes number of blocks in a row, this one included
 */
record Block(Window window, long until, int strikes) {
    static final Block NONE = new Block(Window.BURST, 0, 0);
    private static final int MAX_STRIKES = 20; // an hour in milliseconds, doubled 20 times, still fits a long

    boolean isActive(long now) {
        return now < until;
    }

    long remainingMs(long now) {
        return Math.max(0, until - now);
    }

    /** Whether it makes the next block longer. */
    boolean remembered(long now, BlockRule rule) {
        return strikes > 0 && now < until + rule.forgetMs();
    }

    /**
     * The block that a violation now begins. It never ends before the window is free, since its end is the retry time
     * that the client gets.
     */
    Block next(Window violated, long free, long now, BlockRule rule) {
        int before = remembered(now, rule) ? strikes : 0;
        long penalty = Math.min(rule.maxMs(), rule.firstOf(violated, free) << before);
        return new Block(violated, now + Math.max(penalty, free), Math.min(before + 1, MAX_STRIKES));
    }
}
