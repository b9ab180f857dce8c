package dev.portcullis.client.chat;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One countdown for all active limits; it runs until the last one ends. */
final class RateLimitCountdown {
    /** Only the last seconds are shown, because a minute of lines would hide the chat. */
    private static final long COUNTED_SECONDS = 5;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Consumer<String> screen;
    private boolean running;
    private long endsAt;

    RateLimitCountdown(Consumer<String> screen) {
        this.screen = screen;
    }

    /** Returns whether this limit starts the countdown; then the caller ticks it. */
    boolean extend(long now, long retryAfterMs) {
        long ends = now + TimeUnit.MILLISECONDS.toNanos(retryAfterMs);
        boolean starts = !running;
        endsAt = starts || ends - endsAt > 0 ? ends : endsAt;
        running = true;
        return starts;
    }

    /** Returns the milliseconds until the next tick; 0: it has ended. */
    long tick(long now) {
        long left = endsAt - now;
        if (left <= 0) {
            running = false;
            screen.accept("-- you may write again");
            return 0;
        }
        long seconds = (left + SECOND_NANOS - 1) / SECOND_NANOS;
        if (seconds <= COUNTED_SECONDS) {
            screen.accept("   " + seconds + " \u2026");
        }
        long step = left % SECOND_NANOS == 0 ? SECOND_NANOS : left % SECOND_NANOS;
        return TimeUnit.NANOSECONDS.toMillis(step) + 1;
    }
}
