package dev.portcullis.streams;

/** Who wants to follow a stream. Told in the outlet's order: whether it was attached, and then of a bar, if there is one. */
public interface Member {
    /**
     * What is delivered from now on follows {@code missed.head()}. The entries are those after the place asked for; with
     * {@code more} they end before that head, and the rest must be fetched.
     */
    void attached(Slice missed);

    /** The store could not be read, or too many streams are carried: not attached. */
    void failed();

    /** The user may not be here, or not any more: not attached, or detached. */
    void barred();
}
