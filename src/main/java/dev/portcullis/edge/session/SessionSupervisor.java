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
 * Gives connections of an event loop their sessions, and keeps them to those that live: obeys cut-offs, answers for what
 * was missed of them, and follows the lives of the node. All of it happens on the loop.
 */
public final class SessionSupervisor {
    private static final long ROUND_MS = 1_000;
    private static final long AGAIN_MS = 1_000;

    /** So that comparing sessions with the store is never what keeps it busy; whose turn is late is compared later. */
    private static final int A_ROUND = 1_000;

    private final Shared shared;
    private final Context context;
    private final ConnectionRegistry registry;
    private final SessionRevoker revoker;
    private final RecheckSchedule schedule;
    private final SessionEnder sessionEnder;
    private final CutoffFreshness freshness;
    private final TimerWheel timers;
    private final SessionRestorer restorer;
    private final SessionReconciler net;
    private final LostLeaseCloser leaseCloser;
    private final int[] doubts = new int[Lanes.COUNT];
    private boolean onRound;

    /** What it has in common with the other event loops of the node. */
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
        this.net = new SessionReconciler(shared.authenticator(), revoker::lapsed, restorer::isDone, timers);
    }

    public void begin(CutoffFollower cutoffs) {
        registry.whenLeft(this::left);
        cutoffs.subscribe(batch -> context.runOnContext(any -> applyCutoffs(batch)));
        shared.nodeIncarnation().addListener(new NodeIncarnation.Listener() {
            @Override
            public void ended(String incarnation) {
                context.runOnContext(any -> leaseCloser.closeSessionsOf(incarnation));
            }

            @Override
            public void laneLost(int lane, long since) {
                context.runOnContext(any -> restorer.forgotten(lane, since));
            }
        });
        context.owner().setPeriodic(ROUND_MS, any -> recheck());
    }

    /**
     * Gives a connection its session. The order matters: the session is found by its id before the recent cut-offs are
     * searched, so that one that is cut off meanwhile meets it here or there, and the client is greeted last (CWE-367).
     */
    public void attach(
            Connection connection,
            Registration registration,
            ServerFrame.AuthSuccess greeting,
            FrameHandler<Connection> framePath) {
        Session session = registration.session();
        registry.enter(connection, registration, framePath);
        restorer.entered(registration);
        schedule.begin(session, shared.clock().getAsLong());
        shared.audit().event(connection.peer().event(EventName.WS_CONNECT, Optional.of(session)));
        revoker.checkRecent(connection);
        if (shared.nodeIncarnation().isCurrent(session.owner().incarnation())) {
            connection.send(greeting);
        } else {
            connection.close(CloseCode.RESTARTING); // what it was registered under has ended since
        }
    }

    private void left(Connection connection) {
        Session session = connection.session();
        schedule.end(session);
        sessionEnder.end(session);
        shared.limiter().reportLast(session.sender(), connection.budget().unreported());
    }

    /** The connections first and the gate after them: a frame that the gate lets through is of nobody who was cut off. */
    private void applyCutoffs(CutoffFollower.Batch batch) {
        batch.cutoffs().forEach(revoker::cutOff);
        batch.missed().forEach(lane -> {
            freshness.invalidate(lane);
            doubts[lane]++;
        });
        if (!batch.missed().isEmpty()) {
            reverify(batch.missed());
        }
        batch.looks().forEach(freshness::readBeganAt);
    }

    /** Lanes mostly miss cut-offs together, and are asked about together; where that fails each is on its own. */
    private void reverify(List<Integer> lanes) {
        int[] known = doubts.clone();
        List<Session> sessions = registry.sessions().stream()
                .filter(session -> lanes.contains(session.lane()))
                .toList();
        net.check(sessions)
                .onComplete(
                        live -> lanes.stream()
                                .filter(lane -> known[lane] == doubts[lane])
                                .forEach(freshness::revalidate),
                        broken -> timers.in(
                                AGAIN_MS,
                                () -> lanes.stream()
                                        .filter(lane -> known[lane] == doubts[lane])
                                        .forEach(lane -> reverify(List.of(lane)))));
    }

    /** Who can't be asked about now is left out, so that all the others are. */
    private void recheck() {
        if (onRound) {
            return;
        }
        onRound = true;
        List<Session> due = schedule.due(shared.clock().getAsLong(), A_ROUND).stream()
                .filter(session -> freshness.holds(session.lane()))
                .toList();
        net.check(due).onComplete(any -> onRound = false); // where it failed, their next turn comes
    }
}
