package dev.portcullis.streams.delivery;

import dev.portcullis.streams.Slice;
import io.vertx.core.Future;

/**
 * Receives the progress of a subscription, in the order of its loop: first the missed entries, in as many parts as needed; then
 * whether it was attached; then a bar, if there is one.
 */
public interface Subscriber {
    /**
     * The next missed entries, up to {@code missed.head()}. The subscription is not attached yet.
     *
     * @param next continues, on any thread, once the entries are taken; nothing follows before
     */
    void part(Slice missed, Runnable next);

    /**
     * The final missed entries: deliveries from now on follow {@code missed.head()}. If it is not exact, the entries before
     * that position are not recovered.
     */
    void attached(Slice missed);

    /**
     * Asks a subscriber again who was permitted a moment ago, since they may have left the stream. The subscription is not
     * attached yet.
     *
     * @param next continues, on any thread, if they still may subscribe; nothing follows before
     */
    default void confirm(Runnable next) {
        next.run();
    }

    /**
     * Whether the client may still subscribe. This is asked, also once it is attached, where entries were lost that may have
     * ended its subscription. Nothing is delivered before the answer, which comes on any thread; after a failed one it is asked
     * again.
     */
    default Future<Boolean> mayStay() {
        return Future.succeededFuture(true);
    }

    /** The subscription was ended by an entry that is lost, so the client has not seen it. */
    default void lostEnd() {
        barred();
    }

    /** The subscription is not attached: the store could not be read, or this node can't follow more. */
    void failed();

    /** Whether bars don't apply to the user, as for an admin. Constant. */
    default boolean passesBars() {
        return false;
    }

    /** Whether the client follows few streams, so that it may use the memory reserved for such clients. Constant. */
    default boolean followsFew() {
        return true;
    }

    /** The client of the subscription, equal for all subscriptions of one client. Constant. */
    default Object client() {
        return this;
    }

    /** The client must give up all its subscriptions: another user, who follows much less, needs the memory. */
    void displaced();

    /** The user is barred from the stream: the subscription is not attached, or is detached. */
    void barred();
}
