package dev.portcullis.edge;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.Session;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.NodeLife;
import io.vertx.core.Context;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Keeps the connections of an event loop to the sessions that live: obeys cut-offs, answers for what was missed of them,
 * and follows the lives of the node. All of it happens on the loop.
 */
final class SessionKeeper {
    private static final long ROUND_MS = 1_000;
    private static final long AGAIN_MS = 1_000;

    /** So that comparing sessions with the store is never what keeps it busy; whose turn is late is compared later. */
    private static final int A_ROUND = 1_000;

    private final Context context;
    private final Connections connections;
    private final Freshness freshness;
    private final Wheel wheel;
    private final LongSupplier clock;
    private final Restoring restoring;
    private final SafetyNet net;
    private final EndedLife endedLife;
    private final int[] doubts = new int[Lanes.COUNT];
    private boolean onRound;

    SessionKeeper(
            Context context,
            Authenticator authenticator,
            Connections connections,
            Freshness freshness,
            Wheel wheel,
            long lapsedMs,
            LongSupplier clock) {
        this.context = context;
        this.connections = connections;
        this.freshness = freshness;
        this.wheel = wheel;
        this.clock = clock;
        this.restoring = new Restoring(authenticator::restore, connections::known, wheel, System::nanoTime);
        connections.whenEntered(restoring::entered);
        this.net = new SafetyNet(authenticator, connections, restoring::isDone, wheel);
        this.endedLife = new EndedLife(connections.all(), wheel, lapsedMs);
    }

    void begin(CutoffFollower cutoffs, NodeLife life) {
        cutoffs.tell(batch -> context.runOnContext(any -> hear(batch)));
        life.follow(new NodeLife.Follower() {
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

    /** The connections first and the gate after them: a frame that the gate lets through is of nobody who was cut off. */
    private void hear(CutoffFollower.Batch batch) {
        batch.cutoffs().forEach(connections::cutOff);
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
        List<Session> due = connections.due(clock.getAsLong(), A_ROUND).stream()
                .filter(session -> freshness.holds(session.lane()))
                .toList();
        net.check(due).onComplete(any -> onRound = false); // where it failed, their next turn comes
    }
}
