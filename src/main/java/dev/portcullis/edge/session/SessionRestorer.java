package dev.portcullis.edge.session;

import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.ConnectionSession.Registration;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.store.Lanes;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Registers sessions of an event loop again where the store may have lost them: those that were registered or restored
 * since the last state that the lane is known to have kept. Usually there are none, since most forks lose nothing, and
 * a node full of sessions must not load a store that has just recovered. Lanes usually fork together: losses that are
 * reported together are handled in one pass.
 *
 * <p>Times are those of {@link System#nanoTime()}, by which registrations and lease renewals are recorded. They only
 * order what this node knew, so that clocks of stores, and their steps, do not matter.
 */
final class SessionRestorer {
    private static final long GATHER_MS = 50;
    private static final long RETRY_MS = 1_000;
    private static final long NOTHING = Long.MAX_VALUE;
    private static final long NEVER = Long.MIN_VALUE;
    private static final long NOT_YET = Long.MAX_VALUE;

    private final Function<List<Session>, Future<Void>> store;
    private final Supplier<List<Registration>> sessions;
    private final TimerWheel timers;
    private final LongSupplier nanos;
    private final List<Lane> lanes =
            IntStream.range(0, Lanes.COUNT).mapToObj(any -> new Lane()).toList();
    private boolean inProgress;

    private static final class Lane {
        /** Sessions registered since then must be restored. */
        private long restoreSince = NOTHING;

        /** Since when the lane lost sessions, in the last report. */
        private long lostSince = NOTHING;

        /** When they were restored. */
        private long restoredAt = NEVER;

        /** When the last loss was reported. */
        private long reportedAt = NEVER;
    }

    /** @param store registers sessions again */
    SessionRestorer(
            Function<List<Session>, Future<Void>> store,
            Supplier<List<Registration>> sessions,
            TimerWheel timers,
            LongSupplier nanos) {
        this.store = store;
        this.sessions = sessions;
        this.timers = timers;
        this.nanos = nanos;
    }

    /** @param since see {@link dev.portcullis.streams.lane.NodeIncarnation.Listener#laneLost} */
    void laneLost(int number, long since) {
        Lane lane = lanes.get(number);
        // sessions restored since then, or not restored yet, may be lost too: then their earlier loss counts again
        lane.lostSince = lane.restoredAt < since ? since : Math.min(lane.lostSince, since);
        lane.reportedAt = nanos.getAsLong();
        requestRestore(lane, lane.lostSince);
    }

    /** Restores a session that was registered before its lane lost it but was missing from the pass for that loss. */
    void sessionOpened(Registration registration) {
        Lane lane = lanes.get(registration.session().lane());
        if (registration.knownAt() <= lane.reportedAt && registration.knownAt() >= lane.lostSince) {
            requestRestore(lane, registration.knownAt());
        }
    }

    /** Whether no restore is pending. */
    boolean isDone() {
        return !inProgress;
    }

    private void requestRestore(Lane lane, long since) {
        lane.restoreSince = Math.min(lane.restoreSince, since);
        lane.restoredAt = NOT_YET;
        if (!inProgress) {
            inProgress = true;
            timers.in(GATHER_MS, this::restore);
        }
    }

    private void restore() {
        long[] since = lanes.stream().mapToLong(lane -> lane.restoreSince).toArray();
        lanes.forEach(lane -> lane.restoreSince = NOTHING);
        List<Session> lost = sessions.get().stream()
                .filter(each -> each.knownAt() >= since[each.session().lane()])
                .map(Registration::session)
                .toList();
        store.apply(lost).onComplete(done -> restored(since), failure -> {
            for (int i = 0; i < since.length; i++) {
                lanes.get(i).restoreSince = Math.min(lanes.get(i).restoreSince, since[i]);
            }
            timers.in(RETRY_MS, this::restore);
        });
    }

    private void restored(long[] since) {
        long now = nanos.getAsLong();
        for (int i = 0; i < since.length; i++) {
            if (since[i] != NOTHING && lanes.get(i).restoreSince == NOTHING) {
                lanes.get(i).restoredAt = now;
            }
        }
        inProgress = lanes.stream().anyMatch(lane -> lane.restoreSince != NOTHING);
        if (inProgress) {
            timers.in(GATHER_MS, this::restore);
        }
    }
}
