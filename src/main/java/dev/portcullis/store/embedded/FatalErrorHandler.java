package dev.portcullis.store.embedded;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process instead of one thread. An {@link Error} (no memory, no stack, a missing class) may leave any
 * operation half done, and a caller that waits for a lost thread waits forever.
 */
final class FatalErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FatalErrorHandler.class);

    private final Runnable endProcess;
    private final AtomicBoolean occurred = new AtomicBoolean();

    FatalErrorHandler(Runnable endProcess) {
        this.endProcess = endProcess;
    }

    boolean hasOccurred() {
        return occurred.get();
    }

    /** Ends the process even if there is no memory left for the log line. */
    void onFatal(Throwable cause) {
        if (occurred.getAndSet(true)) {
            return;
        }
        try {
            LOG.atError()
                    .addKeyValue("event", "store.thread.lost")
                    .addKeyValue("cause", cause.getClass().getName())
                    .log("a thread of the store failed with a fatal error; the process ends");
        } finally {
            endProcess.run();
        }
    }

    /** Runs a task that must not throw. */
    void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error bug) {
            onFatal(bug);
        }
    }
}
