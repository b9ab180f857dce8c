package dev.portcullis.streams.delivery;

import io.vertx.core.Vertx;

/** When a stream's next read is due: after the time that a hole is given, doubled while reads bring nothing. */
final class ReadBackoff {
    private static final long SLOWEST_MS = 2_000;
    private static final int DOUBLINGS = 10;

    private final Vertx vertx;
    private final long gapMs;
    private final Runnable due;
    private boolean timing;
    private boolean ended;
    private int failures;

    ReadBackoff(Vertx vertx, long gapMs, Runnable due) {
        this.vertx = vertx;
        this.gapMs = gapMs;
        this.due = due;
    }

    void end() {
        ended = true;
    }

    void readBroughtNothing() {
        failures = Math.min(failures + 1, DOUBLINGS);
    }

    void readHelped() {
        failures = 0;
    }

    /** Whether a read that can't wait may be made at once: the last one was not in vain. */
    boolean isFree() {
        return failures == 0;
    }

    /** A hole is never given up, only asked about less often. */
    void readLater() {
        if (timing) {
            return;
        }
        timing = true;
        long delay = Math.max(gapMs, Math.min(SLOWEST_MS, gapMs << failures));
        vertx.setTimer(delay, any -> {
            timing = false;
            if (!ended) {
                due.run();
            }
        });
    }
}
