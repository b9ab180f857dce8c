package dev.portcullis.admin;

import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Divides the judging of one call into turns of the event loop. A list of large events takes seconds, during which the sockets
 * of the loop would not be served (CWE-400).
 */
final class JudgingTurns {
    static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final LongSupplier nanoTime;
    private final Supplier<Future<Void>> pause;
    private long began;

    /** @param pause ends once the loop has served its sockets, for which a task behind others is not enough */
    JudgingTurns(LongSupplier nanoTime, Supplier<Future<Void>> pause) {
        this.nanoTime = nanoTime;
        this.pause = pause;
        this.began = nanoTime.getAsLong();
    }

    /** Completes when the next message may be judged. */
    Future<Void> next() {
        if (nanoTime.getAsLong() - began < TURN_NANOS) {
            return Future.succeededFuture();
        }
        return pause.get().onSuccess(any -> began = nanoTime.getAsLong());
    }
}
