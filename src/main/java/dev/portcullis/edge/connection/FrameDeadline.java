package dev.portcullis.edge.connection;

import java.util.concurrent.TimeUnit;

/**
 * When the handling of a frame began, by the monotonic clock: the wall clock of the store goes back when a replica that lags
 * becomes master, and each wait would last longer by that much.
 *
 * @param takenAt in {@link System#nanoTime()}
 */
public record FrameDeadline(long takenAt) {
    /** A sender gets its answer within five seconds. The last tenth of a second is for sending it. */
    public static final long ANSWER_MS = 4_900;

    public static FrameDeadline fromNow() {
        return new FrameDeadline(System.nanoTime());
    }

    public long elapsedNanos() {
        return System.nanoTime() - takenAt;
    }

    /** The rest of this time, which counts from the beginning of the frame. */
    public long left(long millis) {
        return Math.max(0, millis - TimeUnit.NANOSECONDS.toMillis(elapsedNanos()));
    }

    /** Time left to produce the answer. */
    public long leftToAnswer() {
        return left(ANSWER_MS);
    }
}
