package dev.portcullis.edge.session;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection;
import dev.portcullis.edge.connection.Connection.Registration;
import dev.portcullis.edge.connection.ConnectionRegistry;
import dev.portcullis.edge.connection.FrameHandler;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.lane.NodeIncarnation;
import io.vertx.core.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Attaches sessions to the connections of an event loop, and closes those whose session ends: applies cut-offs, asks
 * the store where cut-offs were missed, and follows the incarnations of the node. Runs on the loop.
 */
public final class SessionSupervisor {
    private static final long RECHECK_MS = 1_000;
    private static final long RETRY_MS = 1_000;

    /** Bounds the load of rechecks on the store. Sessions beyond it are checked later. */
    private static final int RECHECK_BATCH = 1_000;

    private final Shared shared;
    private final Context context;
    private final ConnectionRegistry registry;
    private final SessionRevoker revoker;
    private final RecheckSchedule schedule;
    private final SessionEnder sessionEnder;
    private final CutoffFreshness freshness;
    private final TimerWheel timers;
    private final SessionRestorer restorer;
    private final SessionReconciler reconciler;
    private final LostLeaseCloser leaseCloser;
    private final int[] missCounts = new int[Lanes.COUNT];
    private boolean rechecking;

    /** What all event loops of a node share. */
    public record Shared(
            Authenticator authenticator,
            RateLimiter limiter,
            NodeIncarnation nodeIncarnation,
            Audit audit,
            LongSupplier clock) {}

    public SessionSupervisor(
            Shared shared,
            Context context,
            ConnectionRegistry registry,
            SessionRevoker revoker,
            RecheckSchedule schedule,
            LostLeaseCloser leaseCloser,
            SessionEnder sessionEnder,
            CutoffFreshness freshness,
            TimerWheel timers) {
        this.shared = shared;
        this.context = context;
        this.registry = registry;
        this.revoker = revoker;
        this.schedule = schedule;
        this.leaseCloser = leaseCloser;
        this.sessionEnder = sessionEnder;
        this.freshness = freshness;
        this.timers = timers;
        this.restorer =
                new SessionRestorer(shared.authenticator()::restore, registry::registrations, timers, System::nanoTime);
        this.reconciler = new SessionReconciler(shared.authenticator(), revoker::closeEnded, restorer::isDone, timers);
    }

    public void begin(CutoffFollower cutoffs) {
        registry.setCloseListener(this::onSessionClosed);
        cutoffs.subscribe(batch -> context.runOnContext(any -> applyCutoffs(batch)));
        shared.nodeIncarnation().addListener(new NodeIncarnation.Listener() {
            @Override
            public void ended(String incarnation) {
                context.runOnContext(any -> leaseCloser.closeSessionsOf(incarnation));
            }

            @Override
            public void laneLost(int lane, long since) {
                context.runOnContext(any -> restorer.laneLost(lane, since));
            }
        });
        context.owner().setPeriodic(RECHECK_MS, any -> recheck());
    }

    /**
     * Gives a connection its session. The order matters: first the session can be found by its id, then the recent
     * cut-offs are searched, so that a concurrent cut-off is seen by one of the two; the greeting is sent last
     * (CWE-367).
     */
    public void attach(
            Connection connection,
            Registration registration,
            ServerFrame.AuthSuccess greeting,
            FrameHandler<Connection> framePath) {
        Session session = registration.session();
        registry.attach(connection, registration, framePath);
        restorer.sessionOpened(registration);
        schedule.begin(session, shared.clock().getAsLong());
        shared.audit().event(connection.client().event(EventName.WS_CONNECT, Optional.of(session)));
        revoker.checkRecent(connection);
        if (shared.nodeIncarnation().isCurrent(session.owner().incarnation())) {
            connection.send(greeting);
        } else {
            connection.close(CloseCode.RESTARTING); // the incarnation that registered it has ended since
        }
    }

    private void onSessionClosed(Connection connection) {
        Session session = connection.session();
        schedule.end(session);
        sessionEnder.end(session);
        shared.limiter().reportLast(session.sender(), connection.budget().unreported());
    }

    /**
     * Closes connections before it updates the gate: no frame that the gate lets through is of a session that was cut
     * off.
     */
    private void applyCutoffs(CutoffFollower.Batch batch) {
        batch.cutoffs().forEach(revoker::cutOff);
        batch.missed().forEach(lane -> {
            freshness.invalidate(lane);
            missCounts[lane]++;
        });
        if (!batch.missed().isEmpty()) {
            reverify(batch.missed());
        }
        batch.reads().forEach(freshness::onLaneRead);
    }

    /** Lanes usually miss cut-offs together, and are checked together. If that fails, each lane is retried alone. */
    private void reverify(List<Integer> lanes) {
        int[] counts = missCounts.clone();
        List<Session> sessions = registry.sessionsIn(lanes);
        reconciler
                .check(sessions)
                .onComplete(
                        live -> lanes.stream()
                                .filter(lane -> counts[lane] == missCounts[lane])
                                .forEach(freshness::revalidate),
                        failure -> timers.in(
                                RETRY_MS,
                                () -> lanes.stream()
                                        .filter(lane -> counts[lane] == missCounts[lane])
                                        .forEach(lane -> reverify(List.of(lane)))));
    }

    /** Leaves out lanes that are not fresh: their store may not answer, and that would fail the check of the others. */
    private void recheck() {
        if (rechecking) {
            return;
        }
        rechecking = true;
        List<Session> due = schedule.due(shared.clock().getAsLong(), RECHECK_BATCH).stream()
                .filter(session -> freshness.isFresh(session.lane()))
                .toList();
        reconciler.check(due).onComplete(any -> rechecking = false); // sessions of a failed check come again later
    }
}
