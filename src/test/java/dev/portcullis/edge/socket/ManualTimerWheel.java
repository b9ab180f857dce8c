package dev.portcullis.edge.socket;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A timer wheel that only the test advances. */
public final class ManualTimerWheel {
    private ManualTimerWheel() {}

    /** Created and stopped in one turn of its event loop, so that its own timer never ticks. */
    public static TimerWheel of(Vertx vertx) {
        Promise<TimerWheel> made = Promise.promise();
        vertx.runOnContext(any -> {
            TimerWheel timers = new TimerWheel(vertx);
            timers.stop(vertx);
            made.complete(timers);
        });
        try {
            return made.future().await(30, TimeUnit.SECONDS);
        } catch (TimeoutException timeout) {
            throw new AssertionError(timeout);
        }
    }
}
