package dev.portcullis.archive.embedded;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Supplier;

/** Work of many steps, one after another. A chain of as many composed futures would end in a stack overflow. */
final class RepeatedStep {
    private RepeatedStep() {}

    /** Repeats a step until it has a result. */
    static <T> Future<T> untilDone(Supplier<Future<Optional<T>>> step) {
        Promise<T> done = Promise.promise();
        next(step, done);
        return done.future();
    }

    private static <T> void next(Supplier<Future<Optional<T>>> step, Promise<T> done) {
        step.get()
                .onSuccess(result -> result.ifPresentOrElse(done::complete, () -> next(step, done)))
                .onFailure(done::fail);
    }
}
