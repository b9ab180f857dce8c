package dev.portcullis.app;

/** A command can't do its work, by no fault in the program: one line says what is wrong and how to mend it. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String line;
    private final boolean passing;

    public StartFailure(String line) {
        this(line, false);
    }

    private StartFailure(String line, boolean passing) {
        super(line);
        this.passing = passing;
        this.line = line.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ");
    }

    /** For a reason that may be over in a moment: it is worth another try. */
    public static StartFailure passing(String line) {
        return new StartFailure(line, true);
    }

    public boolean mayPass() {
        return passing;
    }

    /** Without a line break or any other control character. */
    public String line() {
        return line;
    }
}
