package dev.portcullis.store.embedded;

/**
 * The ways in which the process ends when its store can't go on. One of the two is called, once, on a thread of the store, and
 * returns at once.
 *
 * @param threadLost a thread failed with an {@link Error} or ended: callers may never get an answer, so nothing can be
 * awaited
 * @param diskFailed every write fails from now on, while all else still works
 */
public record StoreEnd(Runnable threadLost, Runnable diskFailed) {
    /** The ends for a process that goes on without its store. */
    public static final StoreEnd NONE = new StoreEnd(() -> {}, () -> {});
}
