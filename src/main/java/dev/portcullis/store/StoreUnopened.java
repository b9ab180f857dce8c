package dev.portcullis.store;

/** The store can't be opened: one line that says what is wrong and how to mend it. */
public final class StoreUnopened extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean passing;

    public StoreUnopened(String line) {
        this(line, false);
    }

    private StoreUnopened(String line, boolean passing) {
        super(line);
        this.passing = passing;
    }

    /** For a reason that may be over in a moment, with nobody mending anything. */
    public static StoreUnopened passing(String line) {
        return new StoreUnopened(line, true);
    }

    public boolean mayPass() {
        return passing;
    }
}
