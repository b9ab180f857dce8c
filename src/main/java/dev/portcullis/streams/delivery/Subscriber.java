package dev.portcullis.streams.delivery;

import dev.portcullis.streams.Slice;
import io.vertx.core.Future;

/**
 * Receives the progress of a subscription, in the order of its loop: first what it missed, in as many parts as needed;
 * then whether it was attached; then a bar, if there is one.
 */
public interface Subscriber {
    /**
     * The next missed entries, up to {@code missed.head()}. Not attached yet.
     *
     * @param next to be run, on any thread, once the entries are taken; nothing follows before
     */
    void part(Slice missed, Runnable next);

    /**
     * The final missed entries: deliveries from now on follow {@code missed.head()}. If it is not exact, the entries before
     * that position are not recovered.
     */
    void attached(Slice missed);

    /**
     * Who was permitted to subscribe a moment ago may have left the stream since. Not attached yet.
     *
     * @param next to be run, on any thread, if they still may; nothing follows before
     */
    default void confirm(Runnable next) {
        next.run();
    }

    /**
     * Whether the client may still subscribe. Asked, also once it is attached, where entries were lost that may have ended its
     * subscription. Nothing is delivered before the answer, which comes on any thread; a failed one says nothing, and it is
     * asked again.
     */
    default Future<Boolean> mayStay() {
        return Future.succeededFuture(true);
    }

    /** The subscription was ended by an entry that is lost, so the client has not seen it. */
    default void lostEnd() {
        barred();
    }

    /** Not attached: the store could not be read, or this node can't follow more. */
    void failed();

    /** Whether bars don't apply to the user, as for an admin. Constant. */
    default boolean passesBars() {
        return false;
    }

    /** Whether the client follows few streams, so that it may use the memory reserved for such clients. Constant. */
    default boolean followsFew() {
        return true;
    }

    /** Whose it is: of one client all are equal. Constant. */
    default Object client() {
        return this;
    }

    /** All that the client follows is to be given up: another user, who follows much less, needs the memory. */
    void displaced();

    /** The user is barred from the stream: not attached, or detached. */
    void barred();
}
