package dev.portcullis.edge.socket;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs from the moment at which a queue exceeds its bound, and finds the reader too slow if it is not cancelled in time.
 * It is confined to the socket's event loop.
 */
public final class SlowReaderTimer {
    private static final long FINAL_CHECK_MS = 20;

    private final EventExecutor loop;
    private final long limitMs;
    private final Runnable drain;
    private final Runnable tooSlow;
    private final long startedAt = System.nanoTime();
    private @Nullable ScheduledFuture<?> check;
    private boolean cancelled;

    private SlowReaderTimer(EventExecutor loop, long limitMs, Runnable drain, Runnable tooSlow) {
        this.loop = loop;
        this.limitMs = limitMs;
        this.drain = drain;
        this.tooSlow = tooSlow;
    }

    /** @param drain writes what the socket takes, and cancels the timer if the queue then is within its bound */
    public static SlowReaderTimer start(EventExecutor loop, long limitMs, Runnable drain, Runnable tooSlow) {
        SlowReaderTimer timer = new SlowReaderTimer(loop, limitMs, drain, tooSlow);
        timer.schedule(limitMs, false);
        return timer;
    }

    /** Also cancels the check, which would keep the connection in memory after its close. */
    public void cancel() {
        cancelled = true;
        if (check != null) {
            check.cancel(false);
        }
    }

    private void schedule(long millis, boolean last) {
        check = loop.schedule(() -> check(last), millis, TimeUnit.MILLISECONDS);
    }

    /**
     * The final check follows {@link #FINAL_CHECK_MS} after the deadline: if the event loop itself was blocked, the
     * socket had no chance to drain in between.
     */
    private void check(boolean last) {
        drain.run();
        if (cancelled) {
            return;
        }
        long leftMs = limitMs - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedAt);
        if (leftMs > 0) {
            schedule(leftMs, false);
        } else if (last) {
            tooSlow.run();
        } else {
            schedule(FINAL_CHECK_MS, true);
        }
    }
}
