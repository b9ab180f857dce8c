package dev.portcullis.store.rows;

/** What a step wants next. */
public sealed interface RowStep<T> {
    /**
     * The step is over.
     *
     * @param notAfter writes nothing later than that by the store's clock, and the change fails
     */
    record Done<T>(T result, WriteSet writes, long notAfter) implements RowStep<T> {}

    /** The step runs again, with these rows too. */
    record ReadMore<T>(ReadSet reads) implements RowStep<T> {}

    static <T> RowStep<T> done(T result) {
        return done(result, WriteSet.NONE);
    }

    static <T> RowStep<T> done(T result, WriteSet writes) {
        return new Done<>(result, writes, Long.MAX_VALUE);
    }
}
