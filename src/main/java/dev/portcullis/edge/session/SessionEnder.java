package dev.portcullis.edge.session;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.session.Session;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Ends the sessions of closed connections in the store. An end that the store has not taken is sent again later:
 * otherwise the session would count against its user's cap for as long as the node renews its leases, and the application
 * would not be told of its end, also if its token has expired meanwhile. On the event loop of the connections only.
 */
public final class SessionEnder {
    public static final long RETRY_MS = 1_000;

    private static final int RETRY_BATCH = 1_000;

    private final Authenticator authenticator;
    private final PendingEnds pending;
    private boolean retrying;

    /** @param maxPending how many ends may be pending */
    public SessionEnder(Authenticator authenticator, int maxPending) {
        this.authenticator = authenticator;
        this.pending = new PendingEnds(maxPending);
    }

    void end(Session session) {
        sendEnd(session);
    }

    /** Must be called every {@value #RETRY_MS} ms. Sends one end first: if it fails, the others would fail too. */
    public void retry() {
        if (!retrying) {
            pending.take(1).forEach(this::retryFrom);
        }
    }

    public int pendingCount() {
        return pending.size();
    }

    private void retryFrom(Session first) {
        retrying = true;
        sendEnd(first)
                .onSuccess(any -> pending.take(RETRY_BATCH).forEach(this::end))
                .onComplete(any -> retrying = false);
    }

    private Future<Void> sendEnd(Session session) {
        return authenticator.end(session.sender().userId(), session.id()).onFailure(failure -> pending.add(session));
    }

    /**
     * Sessions whose end the store has not taken yet. Bounded (CWE-770): a new one replaces the oldest. The replaced
     * session ends with its token, or a liveness probe finds it without a connection when its user is at the cap. The
     * application is told of its end when this node stops.
     */
    static final class PendingEnds {
        private final int max;
        private final Deque<Session> oldestFirst = new ArrayDeque<>();

        PendingEnds(int max) {
            this.max = max;
        }

        void add(Session session) {
            if (oldestFirst.size() == max) {
                oldestFirst.remove();
            }
            oldestFirst.add(session);
        }

        /** Removes the oldest ones, at most {@code count}. */
        List<Session> take(int count) {
            List<Session> taken = new ArrayList<>();
            while (taken.size() < count && !oldestFirst.isEmpty()) {
                taken.add(oldestFirst.remove());
            }
            return taken;
        }

        int size() {
            return oldestFirst.size();
        }
    }
}
