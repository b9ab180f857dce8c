package dev.portcullis.app.node;

import dev.portcullis.config.HostPort;
import java.io.IOException;
import java.net.UnknownHostException;

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

    public boolean isTemporary() {
        return temporary;
    }

    /** The message without a line break or any other control character. */
    public String line() {
        return line;
    }
}
