package dev.portcullis.streams.delivery;

import io.vertx.core.Vertx;

/** Decides when a stream's next read is due: after the gap time, doubled for each read that brought nothing. */
final class ReadTimer {
    private static final long SLOWEST_MS = 2_000;
    private static final int DOUBLINGS = 10;

    private final Vertx vertx;
    private final long gapMs;
    private final Runnable due;
    private boolean timing;
    private boolean ended;
    private int failures;

    ReadTimer(Vertx vertx, long gapMs, Runnable due) {
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

    /** Whether an urgent read may be made at once, which holds if the last read helped. */
    boolean isFree() {
        return failures == 0;
    }

    /** Schedules a read. A gap is never given up, but read less and less often. */
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
