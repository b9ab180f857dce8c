package dev.portcullis.store;

/** The store did not do what was asked, or may have done it without saying so. */
public final class StoreFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean notApplied;

    public StoreFailure(String what) {
        this(what, false);
    }

    private StoreFailure(String what, boolean undone) {
        super(what, null, false, false);
        this.notApplied = undone;
    }

    /** Surely nothing was changed: whoever asks again risks no second effect. */
    public static StoreFailure notApplied(String what) {
        return new StoreFailure(what, true);
    }

    /** Whether surely nothing was changed. Otherwise nobody knows. */
    public boolean isUndone() {
        return notApplied;
    }
}
