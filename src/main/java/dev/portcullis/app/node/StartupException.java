package dev.portcullis.app.node;

import dev.portcullis.cluster.ClusterJoinException;
import dev.portcullis.config.HostPort;
import dev.portcullis.protocol.codec.UnsupportedSchemaException;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreOpenException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** A command can't do its work, for a reason that is no bug: one line says what is wrong and how to fix it. */
public final class StartupException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String line;
    private final boolean temporary;

    public StartupException(String line) {
        this(line, false);
    }

    private StartupException(String line, boolean temporary) {
        super(line);
        this.temporary = temporary;
        this.line = line.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ");
    }

    /** A failure whose reason may be temporary, so that a retry makes sense. */
    public static StartupException temporary(String line) {
        return new StartupException(line, true);
    }

    /**
     * The native transport throws its own exception where the JDK throws a BindException; both are IOExceptions.
     *
     * @return the exception for a listener that did not open: {@code failure} itself if it is no IOException
     */
    static Throwable ofListener(HostPort listener, Throwable failure, String hostKey, String portKey) {
        if (failure instanceof UnknownHostException) {
            return new StartupException(
                    "can't listen on " + listener + ": no address is known for that name; set " + hostKey);
        }
        return failure instanceof IOException
                ? new StartupException("can't listen on " + listener
                        + ": it is in use or not ours; stop what listens there, or set " + portKey)
                : failure;
    }

    /**
     * Why a start failed; empty for a bug.
     *
     * @param timeoutSeconds how long each step of the start may take
     */
    static Optional<StartupException> explain(Exception failure, long timeoutSeconds) {
        if (failure instanceof StartupException known) {
            return Optional.of(known);
        }
        if (failure instanceof UnsupportedSchemaException) {
            return Optional.of(new StartupException(line(failure)));
        }
        if (failure instanceof StoreOpenException storeFailure) {
            return Optional.of(new StartupException(line(failure), storeFailure.isTemporary()));
        }
        if (failure instanceof ClusterJoinException joinFailure) {
            return Optional.of(new StartupException(line(failure), joinFailure.isTemporary()));
        }
        if (failure instanceof InterruptedException) {
            return Optional.of(new StartupException("told to stop before the node was ready"));
        }
        if (failure instanceof TimeoutException) {
            return Optional.of(temporary("the store or the cluster did not answer within " + timeoutSeconds
                    + " s while the node started: see their logs, or give the machine more resources"));
        }
        if (failure instanceof StoreFailure) {
            return Optional.of(temporary("the store went away, or was too slow, while the node started ("
                    + failure.getMessage() + "); fix it and start again"));
        }
        return Optional.empty();
    }

    private static String line(Exception failure) {
        return String.valueOf(failure.getMessage());
    }

    /** @param awaited the step that the start was waiting for */
    static StartupException notReady(String awaited, long seconds) {
        return temporary("the node was not ready within " + seconds + " s; it was waiting for " + awaited
                + ", which did not answer: see its log, or give the machine more resources");
    }

    public boolean isTemporary() {
        return temporary;
    }

    /** The message without a line break or any other control character. */
    public String line() {
        return line;
    }
}
