package dev.portcullis.broadcast;

import io.vertx.core.Future;

/**
 * The time until which a sender's message may be appended, by the store's clock: the session may end while an attempt is in
 * flight. Both futures fail if the session has ended or the answer does not come in time; then no further attempt is made.
 */
public interface PublishFence {
    /** The fence of a caller without a session, whose token was checked just now: it can't be renewed. */
    static PublishFence until(long notAfter) {
        return new PublishFence() {
            @Override
            public Future<Long> current(long withinMs) {
                return Future.succeededFuture(notAfter);
            }

            @Override
            public Future<Long> renewed(long withinMs) {
                return Future.failedFuture(new IllegalStateException("the time of the call is over"));
            }
        };
    }

    /** The time by the present knowledge. */
    Future<Long> current(long withinMs);

    /** The time after a read of the cut-offs that starts now: an append came too late for the previous fence. */
    Future<Long> renewed(long withinMs);
}
