package dev.portcullis.app.node;

import dev.portcullis.config.HostPort;
import java.io.IOException;
import java.net.UnknownHostException;

/** A command can't do its work, by no fault in the program: one line says what is wrong and how to mend it. */
public final class StartupException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String line;
    private final boolean passing;

    public StartupException(String line) {
        this(line, false);
    }

    private StartupException(String line, boolean passing) {
        super(line);
        this.passing = passing;
        this.line = line.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ");
    }

    /** For a reason that may be over in a moment: it is worth another try. */
    public static StartupException passing(String line) {
        return new StartupException(line, true);
    }

    /**
     * The native transport has an exception of its own where the JDK throws a BindException; both are of I/O.
     *
     * @return what to tell of a listener that did not open: {@code broken} itself where it is no failure of I/O
     */
    static Throwable ofListener(HostPort listener, Throwable broken, String hostKey, String portKey) {
        if (broken instanceof UnknownHostException) {
            return new StartupException(
                    "can't listen on " + listener + ": no address is known for that name; set " + hostKey);
        }
        return broken instanceof IOException
                ? new StartupException("can't listen on " + listener
                        + ": it is in use or not ours; stop what listens there, or set " + portKey)
                : broken;
    }

    public boolean mayPass() {
        return passing;
    }

    /** Without a line break or any other control character. */
    public String line() {
        return line;
    }
}
