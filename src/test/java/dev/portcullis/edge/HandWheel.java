package dev.portcullis.edge;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A wheel that only a test turns. */
final class HandWheel {
    private HandWheel() {}

    /** Begun and stopped in one turn of its event loop, so that its timer can't be about to turn it. */
    static Wheel of(Vertx vertx) {
        Promise<Wheel> made = Promise.promise();
        vertx.runOnContext(any -> {
            Wheel wheel = new Wheel(vertx);
            wheel.stop(vertx);
            made.complete(wheel);
        });
        try {
            return made.future().await(30, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError(late);
        }
    }
}
