package dev.portcullis.auth.session;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Ends sessions that no client has any more, or that none ever had. An end that the store has not taken is sent again later:
 * otherwise the session would count against its user's cap for as long as the node renews its leases, and the application
 * would not be told of its end, also if its token has expired meanwhile. On one event loop only; an answer may come on any
 * thread, since what the end of a socket began has no Vert.x context.
 */
public final class SessionEnder {
    public static final long RETRY_MS = 1_000;

    private static final int RETRY_BATCH = 1_000;

    private final Function<Session, Future<Void>> end;
    private final Executor loop;
    private final int maxPending;
    private final Deque<Session> oldestFirst = new ArrayDeque<>();
    private boolean retrying;

    /**
     * @param end asks the store, directly or through the stage
     * @param loop runs a task on the event loop later
     * @param maxPending how many ends may be pending before no session opens any more
     */
    public SessionEnder(Function<Session, Future<Void>> end, Executor loop, int maxPending) {
        this.end = end;
        this.loop = loop;
        this.maxPending = maxPending;
    }

    public void end(Session session) {
        sendEnd(session);
    }

    /** Must be called every {@value #RETRY_MS} ms. Sends one end first: if it fails, the others would fail too. */
    public void retry() {
        if (!retrying) {
            take(1).forEach(this::retryFrom);
        }
    }

    public int pendingCount() {
        return oldestFirst.size();
    }

    /**
     * Whether no session may open: no end is left out, so as many may wait as there were sessions and as may wait before the
     * next one opens (CWE-770).
     */
    public boolean isFull() {
        return oldestFirst.size() >= maxPending;
    }

    private void retryFrom(Session first) {
        retrying = true;
        sendEnd(first).onSuccess(any -> take(RETRY_BATCH).forEach(this::end)).onComplete(any -> retrying = false);
    }

    private Future<Void> sendEnd(Session session) {
        Promise<Void> ended = Promise.promise();
        end.apply(session)
                .onComplete(answer -> loop.execute(() -> {
                    if (answer.failed()) {
                        oldestFirst.add(session);
                    }
                    ended.handle(answer);
                }));
        return ended.future();
    }

    /** Removes the oldest ones, at most {@code count}. */
    private List<Session> take(int count) {
        List<Session> taken = new ArrayList<>();
        while (taken.size() < count && !oldestFirst.isEmpty()) {
            taken.add(oldestFirst.remove());
        }
        return taken;
    }
}
