package dev.portcullis.edge.connection;

import java.util.concurrent.TimeUnit;

/**
 * When a frame was taken, by a clock that is never set: the store's goes back where another server takes over that is
 * behind, and all waiting would take longer by as much.
 *
 * @param at as {@link System#nanoTime()} counts
 */
public record FrameDeadline(long at) {
    /** Of the five seconds within which a sender is told what came of a frame, the last tenth is for telling. */
    public static final long ANSWER_MS = 4_900;

    public static FrameDeadline now() {
        return new FrameDeadline(System.nanoTime());
    }

    public long nanosAgo() {
        return System.nanoTime() - at;
    }

    /** What is left of so many milliseconds from there. */
    public long left(long millis) {
        return Math.max(0, millis - TimeUnit.NANOSECONDS.toMillis(nanosAgo()));
    }

    /** Within what its sender must be told what came of it. */
    public long leftToAnswer() {
        return left(ANSWER_MS);
    }
}
