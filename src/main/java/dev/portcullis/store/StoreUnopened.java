package dev.portcullis.store;

/** The store can't be opened: one line that says what is wrong and how to mend it. */
public final class StoreUnopened extends Exception {
    private static final long serialVersionUID = 1L;

    public StoreUnopened(String line) {
        super(line);
    }
}
