package dev.portcullis.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Signals that Java has no word for. */
public enum Signal {
    /** Nothing of the process runs until {@link #CONT}, and it can't know that. */
    STOP,
    CONT;

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
