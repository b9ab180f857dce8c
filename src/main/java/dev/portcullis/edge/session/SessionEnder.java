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
 * Ends the sessions of closed connections in the store. An end that the store has not taken is sent again later:
 * otherwise the session would count against its user's cap for as long as the node renews its leases. On the event loop
 * of the connections only.
 */
public final class SessionEnder {
    public static final long RETRY_MS = 1_000;

    private static final int RETRY_BATCH = 1_000;

    private final Authenticator authenticator;
    private final LongSupplier clock;
    private final PendingEnds pending;
    private boolean retrying;

    /** @param maxPending how many ends may be pending */
    public SessionEnder(Authenticator authenticator, LongSupplier clock, int maxPending) {
        this.authenticator = authenticator;
        this.clock = clock;
        this.pending = new PendingEnds(maxPending);
    }

    void end(Session session) {
        sendEnd(session);
    }

    /** Must be called every {@value #RETRY_MS} ms. Sends one end first: if it fails, the others would fail too. */
    public void retry() {
        if (!retrying) {
            pending.take(1, clock.getAsLong()).forEach(this::retryFrom);
        }
    }

    public int pendingCount() {
        return pending.size();
    }

    private void retryFrom(Session first) {
        retrying = true;
        sendEnd(first)
                .onSuccess(any -> pending.take(RETRY_BATCH, clock.getAsLong()).forEach(this::end))
                .onComplete(any -> retrying = false);
    }

    private Future<Void> sendEnd(Session session) {
        return authenticator.end(session.sender().userId(), session.id()).onFailure(failure -> pending.add(session));
    }

    /**
     * Sessions whose end the store has not taken yet. Bounded (CWE-770): a new one replaces the oldest. The replaced
     * session ends with its token, or a liveness probe finds it without a connection when its user is at the cap.
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

        /** Removes the oldest ones, at most {@code count}. Leaves out those whose token has expired. */
        List<Session> take(int count, long now) {
            List<Session> taken = new ArrayList<>();
            while (taken.size() < count && !oldestFirst.isEmpty()) {
                Session session = oldestFirst.remove();
                if (session.expiresAt() > now) {
                    taken.add(session);
                }
            }
            return taken;
        }

        int size() {
            return oldestFirst.size();
        }
    }
}
