package dev.portcullis.store.embedded;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What ends the process instead of one thread: an {@link Error} (no memory, no stack, a class that is gone) leaves nobody
 * knows what half done, and whoever waits for a thread that is lost waits for ever.
 */
final class FatalErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FatalErrorHandler.class);

    private final Runnable end;
    private final AtomicBoolean onFatal = new AtomicBoolean();

    FatalErrorHandler(Runnable end) {
        this.end = end;
    }

    boolean hasOccurred() {
        return onFatal.get();
    }

    /** Ends the process even where there is no memory left to say why. */
    void onFatal(Throwable cause) {
        if (onFatal.getAndSet(true)) {
            return;
        }
        try {
            LOG.atError()
                    .addKeyValue("event", "store.thread.lost")
                    .addKeyValue("cause", cause.getClass().getName())
                    .log("a thread of the store met an error that nothing survives; the process ends");
        } finally {
            end.run();
        }
    }

    /** Runs what must not throw. */
    void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error bug) {
            onFatal(bug);
        }
    }
}
