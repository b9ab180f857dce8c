package dev.portcullis.store;

/** The store can't be opened: one line says what is wrong and how to correct it. */
public final class StoreOpenException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean temporary;

    public StoreOpenException(String line) {
        this(line, false);
    }

    private StoreOpenException(String line, boolean temporary) {
        super(line);
        this.temporary = temporary;
    }

    /** A failure for a reason that may end without an operator's action. */
    public static StoreOpenException temporary(String line) {
        return new StoreOpenException(line, true);
    }

    public boolean isTemporary() {
        return temporary;
    }
}
