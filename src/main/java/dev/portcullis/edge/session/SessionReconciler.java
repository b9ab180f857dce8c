package dev.portcullis.edge.session;

import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.store.Lanes;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Compares the sessions of an event loop with the store, lane by lane, and finds those that have ended without a cut-off
 * that this node has read: at once where cut-offs of a lane were missed, and each lane in its turn as a safety net. Asks
 * the store twice: one that has just lost data knows none of the sessions until they are restored.
 */
final class SessionReconciler {
    /** Longer than a node needs to notice that a lane has lost data. */
    private static final long SECOND_CHECK_MS = 2_500;

    private static final long RESTORE_POLL_MS = 500;
    private static final long RETRY_MS = 1_000;

    private final Function<Collection<Integer>, List<Session>> sessionsIn;
    private final Function<List<Session>, Future<Set<String>>> endedAmong;
    private final Consumer<Session> onEnded;
    private final BooleanSupplier restoreDone;
    private final CutoffFreshness freshness;
    private final TimerWheel timers;
    private final int[] missCounts = new int[Lanes.COUNT];
    private final BitSet comparing = new BitSet(Lanes.COUNT);
    private int next;

    /**
     * @param sessionsIn the sessions of this event loop in these lanes
     * @param endedAmong asks the store which of these have ended
     * @param restoreDone whether all sessions that the store lost are restored
     * @param firstLane where the rounds begin: event loops that differ in it do not all ask one master at a time
     */
    SessionReconciler(
            Function<Collection<Integer>, List<Session>> sessionsIn,
            Function<List<Session>, Future<Set<String>>> endedAmong,
            Consumer<Session> onEnded,
            BooleanSupplier restoreDone,
            CutoffFreshness freshness,
            TimerWheel timers,
            int firstLane) {
        this.sessionsIn = sessionsIn;
        this.endedAmong = endedAmong;
        this.onEnded = onEnded;
        this.restoreDone = restoreDone;
        this.freshness = freshness;
        this.timers = timers;
        this.next = firstLane;
    }

    /** No frame of these lanes passes until the store has confirmed their sessions. */
    void cutoffsMissed(List<Integer> lanes) {
        lanes.forEach(lane -> {
            freshness.invalidate(lane);
            missCounts[lane]++;
        });
        confirm(lanes);
    }

    /**
     * Compares the next lane, as one of {@link Lanes#COUNT} steps of a round. Leaves it out while it is not fresh, since
     * its store may not answer, or while it is still compared.
     */
    void compareNext() {
        int lane = next;
        next = (next + 1) % Lanes.COUNT;
        if (freshness.isFresh(lane) && !comparing.get(lane)) {
            comparing.set(lane);
            compare(List.of(lane))
                    .onComplete(any -> comparing.clear(lane)); // a failed one is compared in the next round
        }
    }

    /** Lanes usually miss cut-offs together, and are compared together. If that fails, each lane is retried alone. */
    private void confirm(List<Integer> lanes) {
        int[] counts = missCounts.clone();
        compare(lanes)
                .onComplete(
                        compared -> unmissedSince(counts, lanes).forEach(freshness::revalidate),
                        failure -> timers.in(
                                RETRY_MS, () -> unmissedSince(counts, lanes).forEach(lane -> confirm(List.of(lane)))));
    }

    /** The lanes that have not missed cut-offs again. A later comparison decides about the others. */
    private List<Integer> unmissedSince(int[] counts, List<Integer> lanes) {
        return lanes.stream().filter(lane -> counts[lane] == missCounts[lane]).toList();
    }

    /** Completes when the connections of ended sessions are closed; fails if the store does not answer. */
    private Future<Void> compare(List<Integer> lanes) {
        return endedAmong(sessionsIn.apply(lanes))
                .compose(suspects -> suspects.isEmpty()
                        ? Future.succeededFuture(suspects)
                        : delay(SECOND_CHECK_MS).compose(any -> endedAmong(suspects)))
                .onSuccess(ended -> ended.forEach(onEnded))
                .mapEmpty();
    }

    private Future<List<Session>> endedAmong(List<Session> sessions) {
        return endedAmong
                .apply(sessions)
                .map(ids -> sessions.stream()
                        .filter(session -> ids.contains(session.id()))
                        .toList());
    }

    private Future<Void> delay(long millis) {
        Promise<Void> due = Promise.promise();
        timers.in(millis, due::complete);
        return due.future()
                .compose(any -> restoreDone.getAsBoolean() ? Future.succeededFuture() : delay(RESTORE_POLL_MS));
    }
}
