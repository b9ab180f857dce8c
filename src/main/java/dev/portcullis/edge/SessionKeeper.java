package dev.portcullis.edge;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.EventName;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.Session;
import dev.portcullis.edge.Connection.Registration;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.NodeLife;
import io.vertx.core.Context;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Gives connections of an event loop their sessions, and keeps them to those that live: obeys cut-offs, answers for what
 * was missed of them, and follows the lives of the node. All of it happens on the loop.
 */
final class SessionKeeper {
    private static final long ROUND_MS = 1_000;
    private static final long AGAIN_MS = 1_000;

    /** So that comparing sessions with the store is never what keeps it busy; whose turn is late is compared later. */
    private static final int A_ROUND = 1_000;

    private final Shared shared;
    private final Context context;
    private final Connections connections;
    private final SessionRevoker revoker;
    private final Rounds rounds;
    private final Goodbyes goodbyes;
    private final Freshness freshness;
    private final Wheel wheel;
    private final Restoring restoring;
    private final SafetyNet net;
    private final EndedLife endedLife;
    private final int[] doubts = new int[Lanes.COUNT];
    private boolean onRound;

    /** What it has in common with the other event loops of the node. */
    record Shared(Authenticator authenticator, RateLimiter limiter, NodeLife life, Audit audit, LongSupplier clock) {}

    SessionKeeper(
            Shared shared,
            Context context,
            Connections connections,
            SessionRevoker revoker,
            Rounds rounds,
            EndedLife endedLife,
            Goodbyes goodbyes,
            Freshness freshness,
            Wheel wheel) {
        this.shared = shared;
        this.context = context;
        this.connections = connections;
        this.revoker = revoker;
        this.rounds = rounds;
        this.endedLife = endedLife;
        this.goodbyes = goodbyes;
        this.freshness = freshness;
        this.wheel = wheel;
        this.restoring =
                new Restoring(shared.authenticator()::restore, connections::registrations, wheel, System::nanoTime);
        this.net = new SafetyNet(shared.authenticator(), revoker::lapsed, restoring::isDone, wheel);
    }

    void begin(CutoffFollower cutoffs) {
        connections.whenLeft(this::left);
        cutoffs.tell(batch -> context.runOnContext(any -> hear(batch)));
        shared.life().follow(new NodeLife.Follower() {
            @Override
            public void ended(String incarnation) {
                context.runOnContext(any -> endedLife.bury(incarnation));
            }

            @Override
            public void forgotten(int lane, long since) {
                context.runOnContext(any -> restoring.forgotten(lane, since));
            }
        });
        context.owner().setPeriodic(ROUND_MS, any -> goRound());
    }

    /**
     * Gives a connection its session. The order matters: the session is found by its id before the recent cut-offs are
     * searched, so that one that is cut off meanwhile meets it here or there, and the client is greeted last (CWE-367).
     */
    void attach(
            Connection connection,
            Registration registration,
            ServerFrame.AuthSuccess greeting,
            Path<Connection> framePath) {
        Session session = registration.session();
        connections.enter(connection, registration, framePath);
        restoring.entered(registration);
        rounds.begin(session, shared.clock().getAsLong());
        shared.audit().event(connection.peer().event(EventName.WS_CONNECT, Optional.of(session)));
        revoker.checkRecent(connection);
        if (shared.life().isCurrent(session.holder().incarnation())) {
            connection.say(greeting);
        } else {
            connection.end(CloseCode.RESTARTING); // what it was registered under has ended since
        }
    }

    private void left(Connection connection) {
        Session session = connection.session();
        rounds.end(session);
        goodbyes.say(session);
        shared.limiter().reportLast(session.sender(), connection.budget().unreported());
    }

    /** The connections first and the gate after them: a frame that the gate lets through is of nobody who was cut off. */
    private void hear(CutoffFollower.Batch batch) {
        batch.cutoffs().forEach(revoker::cutOff);
        batch.missed().forEach(lane -> {
            freshness.doubt(lane);
            doubts[lane]++;
        });
        if (!batch.missed().isEmpty()) {
            resolve(batch.missed());
        }
        batch.looks().forEach(freshness::since);
    }

    /** Lanes mostly miss cut-offs together, and are asked about together; where that fails each is on its own. */
    private void resolve(List<Integer> lanes) {
        int[] known = doubts.clone();
        List<Session> sessions = connections.sessions().stream()
                .filter(session -> lanes.contains(session.lane()))
                .toList();
        net.check(sessions)
                .onComplete(
                        live -> lanes.stream()
                                .filter(lane -> known[lane] == doubts[lane])
                                .forEach(freshness::settle),
                        broken -> wheel.in(
                                AGAIN_MS,
                                () -> lanes.stream()
                                        .filter(lane -> known[lane] == doubts[lane])
                                        .forEach(lane -> resolve(List.of(lane)))));
    }

    /** Who can't be asked about now is left out, so that all the others are. */
    private void goRound() {
        if (onRound) {
            return;
        }
        onRound = true;
        List<Session> due = rounds.due(shared.clock().getAsLong(), A_ROUND).stream()
                .filter(session -> freshness.holds(session.lane()))
                .toList();
        net.check(due).onComplete(any -> onRound = false); // where it failed, their next turn comes
    }
}
