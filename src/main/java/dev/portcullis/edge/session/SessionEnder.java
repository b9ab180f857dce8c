package dev.portcullis.edge.session;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.session.Session;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Says the end of sessions whose connection is gone, and what nobody heard once more when somebody hears: else each of
 * them would count against its user's cap, on a lease that goes on. On the event loop of the connections only.
 */
public final class SessionEnder {
    public static final long RETRY_MS = 1_000;

    private static final int A_ROUND = 1_000;

    private final Authenticator authenticator;
    private final LongSupplier clock;
    private final PendingEnds pending;
    private boolean trying;

    /** @param most how many may wait to be said */
    public SessionEnder(Authenticator authenticator, LongSupplier clock, int most) {
        this.authenticator = authenticator;
        this.clock = clock;
        this.pending = new PendingEnds(most);
    }

    void end(Session session) {
        heard(session);
    }

    /** To be called every {@value #RETRY_MS} ms. One goes first: where it is not heard, the others would not be either. */
    public void retry() {
        if (!trying) {
            pending.take(1, clock.getAsLong()).forEach(this::tryAgain);
        }
    }

    public int waiting() {
        return pending.size();
    }

    private void tryAgain(Session first) {
        trying = true;
        heard(first)
                .onSuccess(any -> pending.take(A_ROUND, clock.getAsLong()).forEach(this::end))
                .onComplete(any -> trying = false);
    }

    private Future<Void> heard(Session session) {
        return authenticator.end(session.sender().userId(), session.id()).onFailure(broken -> pending.add(session));
    }

    /**
     * Sessions whose end the store has not taken yet. Bounded (CWE-770): the one that has waited longest goes for a new one.
     * It then ends with its token, or is found to be nobody's when its user is at the cap.
     */
    static final class PendingEnds {
        private final int most;
        private final Deque<Session> longestAgoFirst = new ArrayDeque<>();

        PendingEnds(int most) {
            this.most = most;
        }

        void add(Session session) {
            if (longestAgoFirst.size() == most) {
                longestAgoFirst.remove();
            }
            longestAgoFirst.add(session);
        }

        /** The next ones, at most so many, but for those whose token has ended by itself. */
        List<Session> take(int count, long now) {
            List<Session> taken = new ArrayList<>();
            while (taken.size() < count && !longestAgoFirst.isEmpty()) {
                Session session = longestAgoFirst.remove();
                if (session.expiresAt() > now) {
                    taken.add(session);
                }
            }
            return taken;
        }

        int size() {
            return longestAgoFirst.size();
        }
    }
}
