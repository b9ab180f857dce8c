package dev.portcullis.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Signals that Java can't send. */
public enum Signal {
    /** Pauses the process until {@link #CONT}. */
    STOP,
    CONT,
    /** Stops a PostgreSQL, and the work of its clients. */
    INT,
    /** Has a node read its configuration again. */
    HUP;

    public void to(long pid) {
        try {
            new ProcessBuilder("kill", "-" + name(), "" + pid)
                    .inheritIO()
                    .start()
                    .waitFor(60, TimeUnit.SECONDS);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
