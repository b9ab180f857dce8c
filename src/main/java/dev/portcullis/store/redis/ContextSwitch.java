package dev.portcullis.store.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs work on another context and returns its result to the caller's context. */
final class ContextSwitch {
    private ContextSwitch() {}

    /** Runs {@code work} on {@code target}. An exception that it throws fails the future. */
    static <T> Future<T> runOn(Context target, Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        target.runOnContext(
                any -> Future.succeededFuture().compose(started -> work.get()).onComplete(done));
        return done.future();
    }

    /** Completes the result on the context of the calling thread, if it has one. */
    static <T> Future<T> returnTo(Future<T> result) {
        return to(Vertx.currentContext(), result);
    }

    static <T> Future<T> to(@Nullable Context context, Future<T> result) {
        if (context == null) {
            return result;
        }
        Promise<T> promise = Promise.promise();
        result.onComplete(done -> context.runOnContext(any -> promise.handle(done)));
        return promise.future();
    }
}
