package dev.portcullis.broadcast.direct;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Runs tasks about the same thing one after the other. It may be used on any thread. */
final class InOrder<K> {
    private final Map<K, Future<Void>> last = new HashMap<>();

    <T> Future<T> run(K of, Supplier<Future<T>> step) {
        Promise<Void> over = Promise.promise();
        return begin(of, over.future()).transform(any -> step.get()).onComplete(any -> {
            end(of, over.future());
            over.complete();
        });
    }

    private synchronized Future<Void> begin(K of, Future<Void> over) {
        return Optional.ofNullable(last.put(of, over)).orElse(Future.succeededFuture());
    }

    private synchronized void end(K of, Future<Void> over) {
        last.remove(of, over);
    }
}
