package dev.portcullis.edge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Function;

/**
 * Runs the steps of a start on one event loop. A composed future is of no use for that: it completes on the context on
 * which its chain began, wherever its last step has ended. A listener is bound to the event loop on which it is opened,
 * and a socket of another loop would be written by two threads.
 */
record EventLoopSteps(Context context) {

    /** Runs the step on this loop once the first future has succeeded. */
    <T> Future<?> then(Future<T> first, Function<T, Future<?>> step) {
        Promise<Object> done = Promise.promise(); // of no context
        first.onComplete(
                value -> context.runOnContext(any -> Future.succeededFuture()
                        .<Object>compose(started -> step.apply(value).map(last -> last))
                        .onComplete(done)),
                done::fail);
        return done.future();
    }
}
