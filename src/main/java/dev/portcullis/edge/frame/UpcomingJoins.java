package dev.portcullis.edge.frame;

import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Verdict;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * The next rooms of a frame, of which the permissions were asked for at once, and to which the connection subscribes before
 * their turn. They count for the time of one frame: a permission is not kept for a client that takes its time.
 */
final class UpcomingJoins {
    private final Deque<UpcomingJoin> joins = new ArrayDeque<>();
    private final FrameDeadline asked;

    /**
     * One of the rooms.
     *
     * @param permission empty if it is asked for in the room's turn
     * @param pending the subscription, if there is one already
     */
    record UpcomingJoin(Optional<Verdict> permission, Optional<PendingJoin> pending) {
        /** A join of which nothing is known before its turn. */
        static final UpcomingJoin UNKNOWN = new UpcomingJoin(Optional.empty(), Optional.empty());

        /** A permission that is not known yet is asked for in the room's turn. */
        static Optional<Verdict> known(Future<Verdict> permission) {
            return Optional.ofNullable(permission.result())
                    .filter(verdict -> verdict.fold(
                            () -> true,
                            why -> why.fold(limited -> true, failed -> failed.reason() != Reason.UNAVAILABLE)));
        }
    }

    UpcomingJoins(FrameDeadline asked) {
        this.asked = asked;
    }

    void add(UpcomingJoin join) {
        joins.add(join);
    }

    boolean hasNext() {
        return !joins.isEmpty() && asked.leftToAnswer() > 0;
    }

    UpcomingJoin next() {
        UpcomingJoin join = joins.remove();
        if (join.pending().filter(PendingJoin::hasEnded).isEmpty()) {
            return join;
        }
        join.pending().ifPresent(PendingJoin::abandon); // its user was barred, and may have been let in again
        return UpcomingJoin.UNKNOWN;
    }

    /** Gives up the joins whose turn does not come. */
    void abandon() {
        joins.forEach(join -> join.pending().ifPresent(PendingJoin::abandon));
        joins.clear();
    }

    /** The number of subscriptions that have begun. */
    int subscriptions() {
        return (int) joins.stream().filter(join -> join.pending().isPresent()).count();
    }
}
