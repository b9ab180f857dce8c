package dev.portcullis.app;

/** A command can't do its work, by no fault in the program: one line says what is wrong and how to mend it. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final String line;

    public StartFailure(String line) {
        super(line);
        this.line = line.replaceAll("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+", " ");
    }

    /** Without a line break or any other control character. */
    public String line() {
        return line;
    }
}
