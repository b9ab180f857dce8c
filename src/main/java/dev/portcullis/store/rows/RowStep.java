package dev.portcullis.store.rows;

/** The next act of a step: it is done, or needs more rows. */
public sealed interface RowStep<T> {
    /** The latest time of writes that may be made at any time. */
    long LATEST = Long.MAX_VALUE;

    /**
     * The step is done.
     *
     * @param notAfter the latest time of the writes by the store's clock; later nothing is written, and the change fails
     */
    record Done<T>(T result, WriteSet writes, long notAfter) implements RowStep<T> {}

    /** The step runs again, with these rows too. */
    record ReadMore<T>(ReadSet reads) implements RowStep<T> {}

    static <T> RowStep<T> done(T result) {
        return done(result, WriteSet.NONE);
    }

    static <T> RowStep<T> done(T result, WriteSet writes) {
        return new Done<>(result, writes, LATEST);
    }
}
