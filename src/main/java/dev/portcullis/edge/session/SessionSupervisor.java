package dev.portcullis.edge.session;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionEnder;
import dev.portcullis.edge.connection.ClearableReference;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.connection.ConnectionSession.Registration;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.connection.TimeSlots;
import dev.portcullis.edge.session.SessionOutcome.InboxStart;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.lane.NodeIncarnation;
import io.vertx.core.Context;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;

/**
 * Attaches sessions to the connections of an event loop, and closes those whose session ends: applies cut-offs, and
 * follows the incarnations of the node. Runs on the loop.
 */
public final class SessionSupervisor {
    private final Context context;
    private final NodeIncarnation nodeIncarnation;
    private final RateLimiter limiter;
    private final ConnectionRegistry registry;
    private final SessionRevoker revoker;
    private final SessionEnder sessionEnder;
    private final CutoffFreshness freshness;
    private final SessionRestorer restorer;
    private final SessionReconciler reconciler;
    private final TimerWheel timers;
    private final long leaseLostWindowMs;
    private final BiConsumer<Connection, InboxStart> inboxes;

    /**
     * @param leaseLostWindowMs over which the connections of an incarnation that has ended are closed
     * @param inboxes begins to send a connection its user's inbox
     */
    public SessionSupervisor(
            Context context,
            NodeIncarnation nodeIncarnation,
            Authenticator authenticator,
            RateLimiter limiter,
            ConnectionRegistry registry,
            SessionRevoker revoker,
            SessionEnder sessionEnder,
            CutoffFreshness freshness,
            TimerWheel timers,
            long leaseLostWindowMs,
            BiConsumer<Connection, InboxStart> inboxes) {
        this.context = context;
        this.nodeIncarnation = nodeIncarnation;
        this.limiter = limiter;
        this.registry = registry;
        this.revoker = revoker;
        this.timers = timers;
        this.leaseLostWindowMs = leaseLostWindowMs;
        this.sessionEnder = sessionEnder;
        this.freshness = freshness;
        this.inboxes = inboxes;
        this.restorer = new SessionRestorer(authenticator::restore, registry::registrations, timers, System::nanoTime);
        this.reconciler = new SessionReconciler(
                registry::sessionsIn,
                authenticator::endedAmong,
                revoker::closeEnded,
                restorer::isDone,
                freshness,
                timers,
                ThreadLocalRandom.current().nextInt(Lanes.COUNT));
    }

    /** @param reconcileMs how often each session is compared with the store */
    public void begin(CutoffFollower cutoffs, long reconcileMs) {
        registry.setCloseListener(this::onSessionClosed);
        revoker.begin();
        cutoffs.subscribe(batch -> context.runOnContext(any -> applyCutoffs(batch)));
        nodeIncarnation.addListener(new NodeIncarnation.Listener() {
            @Override
            public void ended(String incarnation) {
                context.runOnContext(any -> closeSessionsOf(incarnation));
            }

            @Override
            public void laneLost(int lane, long since) {
                context.runOnContext(any -> restorer.laneLost(lane, since));
            }
        });
        context.owner().setPeriodic(Math.max(1, reconcileMs / Lanes.COUNT), any -> reconciler.compareNext());
    }

    /**
     * A connection without a session can be found: only now are the bans searched, since its handshake was checked before
     * (CWE-367).
     */
    public void opened(Connection connection) {
        revoker.checkBans(connection);
    }

    /**
     * Attaches a session to a connection. The order matters: first the session can be found by its id, then the recent
     * cut-offs and the bans are searched, so that a concurrent one is seen by one of the two; the greeting is sent last
     * (CWE-367).
     */
    public void attach(Connection connection, SessionOutcome.Opened opened, FrameHandler<Connection> framePath) {
        Registration registration = opened.registration();
        Session session = registration.session();
        registry.attach(connection, registration, opened.csrf(), framePath);
        restorer.sessionOpened(registration);
        revoker.check(connection);
        if (nodeIncarnation.isCurrent(session.owner().incarnation())) {
            connection.send(opened.greeting());
            inboxes.accept(connection, opened.inbox());
        } else {
            connection.close(CloseCode.RESTARTING); // the incarnation that registered it has ended since
        }
    }

    /** A session has another token. Cut-offs and bans are searched for the reason that {@link #attach} gives. */
    public void renew(Connection connection, Registration registration) {
        registry.renew(connection, registration);
        restorer.sessionOpened(registration);
        revoker.check(connection);
    }

    /**
     * No frame of the sessions that ended with an incarnation of this node is admitted any more. Their connections are closed one by
     * one, so that the clients do not all reconnect at once.
     */
    private void closeSessionsOf(String incarnation) {
        List<Connection> held = registry.all().stream()
                .filter(connection -> connection
                        .identified()
                        .filter(session -> session.owner().incarnation().equals(incarnation))
                        .isPresent())
                .toList();
        held.forEach(Connection::markLeaseLost);
        TimeSlots.spread(held, leaseLostWindowMs, (connection, begins, ends) -> {
            ClearableReference<Connection> reference = connection.reference();
            timers.in(begins, () -> reference.ifPresent(late -> late.close(CloseCode.RESTARTING)));
        });
    }

    private void onSessionClosed(Connection connection) {
        Session session = connection.session();
        sessionEnder.end(session);
        limiter.reportLast(session.sender(), connection.budget().unreported());
    }

    /**
     * Closes connections before it updates the gate: no frame that the gate lets through is of a session that was cut
     * off.
     */
    private void applyCutoffs(CutoffFollower.Batch batch) {
        batch.cutoffs().forEach(revoker::cutOff);
        if (!batch.missed().isEmpty()) {
            reconciler.cutoffsMissed(batch.missed());
        }
        batch.reads().forEach(freshness::onLaneRead);
    }
}
