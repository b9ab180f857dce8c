package dev.portcullis.admin;

import java.util.OptionalLong;

/**
 * Bounds what the application's server publishes through one node: a token bucket over the messages of a second, and the
 * messages that are not answered yet. Without it one loop in the application would take the store from all users
 * (CWE-770). Used by one thread.
 */
final class PublishBudget {
    private static final long SECOND_MS = 1_000;
    private static final long BUSY_MS = 100;

    private final int perSecond;
    private final int most;
    private double tokens;
    private long filledAt;
    private int inFlight;

    /** @param now in milliseconds, of a monotonic clock */
    PublishBudget(int perSecond, int most, long now) {
        this.perSecond = perSecond;
        this.most = most;
        this.tokens = perSecond;
        this.filledAt = now;
    }

    /**
     * Takes the messages of one call, all or none; {@link #release} must follow if they are taken.
     *
     * @return empty if they are taken, else after how many milliseconds to try again
     */
    OptionalLong take(int messages, long now) {
        tokens = Math.min(perSecond, tokens + (double) (now - filledAt) * perSecond / SECOND_MS);
        filledAt = now;
        if (tokens < messages) {
            return OptionalLong.of((long) Math.ceil((messages - tokens) * SECOND_MS / perSecond));
        }
        if (inFlight + messages > most) {
            return OptionalLong.of(BUSY_MS);
        }
        tokens -= messages;
        inFlight += messages;
        return OptionalLong.empty();
    }

    /** The messages of a call are answered. */
    void release(int messages) {
        inFlight -= messages;
    }
}
