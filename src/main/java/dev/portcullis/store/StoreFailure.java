package dev.portcullis.store;

/** A call to the store failed. Its outcome is unknown unless {@link #isNotApplied()}. */
public final class StoreFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean notApplied;

    public StoreFailure(String message) {
        this(message, false);
    }

    private StoreFailure(String message, boolean notApplied) {
        super(message, null, false, false);
        this.notApplied = notApplied;
    }

    /** The failure of a call that certainly changed nothing, so that it may be repeated. */
    public static StoreFailure notApplied(String message) {
        return new StoreFailure(message, true);
    }

    /** Whether it is certain that nothing was changed. */
    public boolean isNotApplied() {
        return notApplied;
    }
}
