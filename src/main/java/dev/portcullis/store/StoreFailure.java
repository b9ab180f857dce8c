package dev.portcullis.store;

/** The store did not do what was asked, or may have done it without saying so. */
public final class StoreFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreFailure(String what) {
        super(what, null, false, false);
    }
}
