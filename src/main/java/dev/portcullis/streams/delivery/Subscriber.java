package dev.portcullis.streams.delivery;

import dev.portcullis.streams.Slice;

/**
 * Who wants to follow a stream. Told in the outlet's order: what it missed, in as many parts as it takes; whether it was
 * attached; and then of a bar, if there is one.
 */
public interface Subscriber {
    /**
     * The next entries that it missed, up to {@code missed.head()}. Not attached yet.
     *
     * @param readOn to be run once it has taken them, from anywhere; before that nothing follows
     */
    void part(Slice missed, Runnable readOn);

    /**
     * The last of what it missed: what is delivered from now on follows {@code missed.head()}. Not exact: nothing is known
     * of what lies before that place.
     */
    void attached(Slice missed);

    /** The store could not be read, or too many streams are carried: not attached. */
    void failed();

    /** Whether no bar holds for the user, as for an admin. It never changes. */
    default boolean passesBars() {
        return false;
    }

    /** Whether it follows hardly anything else, so that it also gets of what is kept for such. It never changes. */
    default boolean followsFew() {
        return true;
    }

    /** The user may not be here, or not any more: not attached, or detached. */
    void barred();
}
