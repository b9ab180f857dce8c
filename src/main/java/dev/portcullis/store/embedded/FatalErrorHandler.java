package dev.portcullis.store.embedded;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process instead of one thread, or instead of a store that refuses every write. An {@link Error} (no memory, no
 * stack, a missing class) may leave any operation half done, and a caller that waits for a lost thread waits forever.
 */
final class FatalErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(FatalErrorHandler.class);

    private final StoreEnd end;
    private final AtomicBoolean occurred = new AtomicBoolean();

    FatalErrorHandler(StoreEnd end) {
        this.end = end;
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
            end.threadLost().run();
        }
    }

    /**
     * Ends the process after an error of the disk. The engine refuses all writes until it is opened again: the system may have
     * dropped the bytes that it could not sync, so a further sync that succeeds would prove nothing.
     */
    void onDiskFailure(String folder, String cause) {
        if (occurred.getAndSet(true)) {
            return;
        }
        LOG.atError()
                .addKeyValue("event", "store.disk.failed")
                .addKeyValue("folder", folder)
                .addKeyValue("cause", cause)
                .log("the store can't write any more; the process ends, and its next start has what was acknowledged");
        end.diskFailed().run();
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
