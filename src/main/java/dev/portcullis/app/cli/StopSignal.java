package dev.portcullis.app.cli;

import dev.portcullis.app.node.StartupException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The request to stop the process. It may come before the node has started: then the start is interrupted and undone.
 */
final class StopSignal {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

    private final Thread starter;
    private final CountDownLatch startEnded = new CountDownLatch(1);
    private boolean requested;
    private Optional<Runnable> remaining = Optional.of(() -> {});

    /** @param starter the thread that starts the node */
    StopSignal(Thread starter) {
        this.starter = starter;
    }

    /** Called before each attempt, because the request may come between two attempts. */
    synchronized void check() throws StartupException {
        if (requested) {
            throw new StartupException("told to stop before the node was ready");
        }
    }

    /**
     * Marks the end of the start.
     *
     * @param stop stops the node; empty if the start failed
     * @return whether a stop was requested meanwhile
     */
    synchronized boolean startEnded(Optional<Runnable> stop) {
        if (stop.isPresent() || !requested) {
            remaining = stop;
        }
        startEnded.countDown();
        return requested;
    }

    /**
     * Requests the stop and waits until the start has ended.
     *
     * @return the work that is left; empty if the start failed by itself, which is reported elsewhere
     */
    Optional<Runnable> stop() throws InterruptedException {
        synchronized (this) {
            requested = true;
            if (startEnded.getCount() > 0) {
                LOG.atInfo().addKeyValue("event", "node.start.stopped").log("told to stop before the node was ready");
                starter.interrupt();
            }
        }
        startEnded.await();
        synchronized (this) {
            return remaining;
        }
    }
}
