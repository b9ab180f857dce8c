package dev.portcullis.store.redis;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** From one context to another and back: what is settled elsewhere goes on where it was asked for. */
final class ContextSwitch {
    private ContextSwitch() {}

    /** Work that belongs there. If it throws it has failed. */
    static <T> Future<T> runOn(Context there, Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        there.runOnContext(
                any -> Future.succeededFuture().compose(begun -> work.get()).onComplete(done));
        return done.future();
    }

    /** To the context of who calls this, if there is one. */
    static <T> Future<T> returnTo(Future<T> elsewhere) {
        return to(Vertx.currentContext(), elsewhere);
    }

    static <T> Future<T> to(@Nullable Context context, Future<T> elsewhere) {
        if (context == null) {
            return elsewhere;
        }
        Promise<T> here = Promise.promise();
        elsewhere.onComplete(done -> context.runOnContext(any -> here.handle(done)));
        return here.future();
    }
}
