package dev.portcullis.app.cli;

import dev.portcullis.app.node.StartupException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The order to stop. It may come before there is a node: then the start breaks off, and undoes what it did. */
final class StopSignal {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

    private final Thread starter;
    private final CountDownLatch startEnded = new CountDownLatch(1);
    private boolean given;
    private Optional<Runnable> rest = Optional.of(() -> {});

    /** @param starter the thread that starts the node */
    StopSignal(Thread starter) {
        this.starter = starter;
    }

    /** To be asked before each attempt: the order may have been given between two. */
    synchronized void check() throws StartupException {
        if (given) {
            throw new StartupException("told to stop before the node was ready");
        }
    }

    /**
     * The start has ended.
     *
     * @param stop what stops the node; nothing where the start failed
     * @return whether the order came meanwhile
     */
    synchronized boolean startEnded(Optional<Runnable> stop) {
        if (stop.isPresent() || !given) {
            rest = stop;
        }
        startEnded.countDown();
        return given;
    }

    /**
     * Waits until the start has ended.
     *
     * @return what is left to do; nothing where the start failed by itself, which was told of
     */
    Optional<Runnable> stop() throws InterruptedException {
        synchronized (this) {
            given = true;
            if (startEnded.getCount() > 0) {
                LOG.atInfo().addKeyValue("event", "node.start.stopped").log("told to stop before the node was ready");
                starter.interrupt();
            }
        }
        startEnded.await();
        synchronized (this) {
            return rest;
        }
    }
}
