package dev.portcullis.store.rows;

import dev.portcullis.store.StoreFailure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the steps of a node that met changes of others run one after the other: at once, each would make all others begin again,
 * and a thousand steps would be a million calls. A step that has waited for too long fails instead of running late. All threads
 * use it.
 */
final class StepQueue {
    private final int most;
    private final long waitMs;
    private final LongSupplier millis;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;
    private boolean starting;

    /** @param millis the milliseconds of a monotonic clock */
    StepQueue(int most, long waitMs, LongSupplier millis) {
        this.most = most;
        this.waitMs = waitMs;
        this.millis = millis;
    }

    /** Runs the step on the context of the caller. */
    <T> Future<T> run(Supplier<Future<T>> step) {
        Promise<T> result = Promise.promise();
        Context context = Vertx.currentContext();
        long until = millis.getAsLong() + waitMs;
        synchronized (this) {
            if (waiting.size() == most) {
                return tooMany();
            }
            waiting.add(() -> on(context, () -> start(step, until, result)));
        }
        startNext();
        return result.future();
    }

    private <T> void start(Supplier<Future<T>> step, long until, Promise<T> result) {
        Future<T> outcome = millis.getAsLong() > until
                ? tooMany()
                : Future.succeededFuture().compose(any -> step.get()); // an exception is a failure like any other
        outcome.onComplete(done -> {
            synchronized (this) {
                running = false;
            }
            result.handle(done);
            startNext();
        });
    }

    private static void on(@Nullable Context context, Runnable work) {
        if (context == null || context == Vertx.currentContext()) {
            work.run();
        } else {
            context.runOnContext(any -> work.run());
        }
    }

    /** Starts the next steps. It is a loop, since a step may be over when it has begun. */
    private void startNext() {
        synchronized (this) {
            if (starting) {
                return;
            }
            starting = true;
        }
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable next = running ? null : waiting.poll();
        if (next == null) {
            starting = false;
        } else {
            running = true;
        }
        return next;
    }

    private static <T> Future<T> tooMany() {
        return Future.failedFuture(StoreFailure.notApplied("too many change the same rows"));
    }
}
