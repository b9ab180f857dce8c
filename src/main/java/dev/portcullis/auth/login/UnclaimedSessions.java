package dev.portcullis.auth.login;

import dev.portcullis.auth.session.LeaseTimeout;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionEnder;
import dev.portcullis.auth.session.SessionStore;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Ends sessions that no connection has: the answer to a handshake may come when its edge waits no more, or get lost. Without
 * this such a session would be listed, and the application would take its user for present, until the token expires. Some time
 * after the answer the edge is asked whether it has the session. It is asked twice, because an edge that stood still may find
 * the answer behind the question. On one event loop only.
 */
public final class UnclaimedSessions {
    /** Longer than an edge waits for the answer to a handshake. */
    public static final long CLAIM_MS = 10_000;

    /** Bounds the memory: what is beyond it is found at its user's cap. */
    private static final int MOST = 20_000;

    /** Bounds a question. */
    private static final int MOST_ASKED = 2_000;

    private final GhostSessions ghosts;
    private final SessionStore store;
    private final SessionEnder ender;
    private final long claimNanos;
    private final LongSupplier nanos;
    private final Deque<Answered> oldestFirst = new ArrayDeque<>();

    /**
     * @param ender ends sessions in the store
     * @param claimMs how long an edge has to connect a session
     */
    public UnclaimedSessions(
            GhostSessions ghosts, SessionStore store, SessionEnder ender, long claimMs, LongSupplier nanos) {
        this.ghosts = ghosts;
        this.store = store;
        this.ender = ender;
        this.claimNanos = TimeUnit.MILLISECONDS.toNanos(claimMs);
        this.nanos = nanos;
    }

    /** Whether no session may open: too many ends are pending. */
    boolean isFull() {
        return ender.isFull();
    }

    /** Ends a session that may be registered, and that no client will have. */
    void end(Session session) {
        ender.end(session);
    }

    /** The edge is told that this session is open. */
    void answered(Session session) {
        add(session, false);
    }

    /** Must be called every {@value SessionEnder#RETRY_MS} ms. */
    public void check() {
        ender.retry();
        List<Answered> due = takeDue();
        if (due.isEmpty()) {
            return;
        }
        Set<Session> suspects = Set.copyOf(
                due.stream().filter(Answered::isSuspect).map(Answered::session).toList());
        ghosts.answersFor(due.stream().map(Answered::session).toList())
                .compose(answers -> open(answers.silent(), answers.unanswered()).onSuccess(open -> {
                    for (Session session : open) {
                        boolean unknown = answers.silent().contains(session);
                        if (unknown && suspects.contains(session)) {
                            ender.end(session);
                        } else {
                            add(session, unknown);
                        }
                    }
                }))
                .onFailure(storeIsAway -> due.forEach(each -> add(each.session(), each.isSuspect())));
    }

    /** The sessions that are still in the store. Clients have closed most of those that an edge does not have. */
    private Future<List<Session>> open(List<Session> unknown, List<Session> unanswered) {
        List<Session> all = Stream.concat(unknown.stream(), unanswered.stream()).toList();
        return all.isEmpty()
                ? Future.succeededFuture(all)
                : store.endedAmong(all, LeaseTimeout.NORMAL)
                        .map(ended -> all.stream()
                                .filter(session -> !ended.contains(session.id()))
                                .toList());
    }

    private void add(Session session, boolean isSuspect) {
        if (oldestFirst.size() >= MOST) {
            oldestFirst.removeFirst();
        }
        oldestFirst.addLast(new Answered(session, nanos.getAsLong(), isSuspect));
    }

    private List<Answered> takeDue() {
        long now = nanos.getAsLong();
        List<Answered> due = new ArrayList<>();
        while (due.size() < MOST_ASKED
                && !oldestFirst.isEmpty()
                && now - oldestFirst.getFirst().at() >= claimNanos) {
            due.add(oldestFirst.removeFirst());
        }
        return due;
    }

    /**
     * @param at when its edge was told, or asked
     * @param isSuspect whether its edge did not have it when it was asked
     */
    private record Answered(Session session, long at, boolean isSuspect) {}
}
