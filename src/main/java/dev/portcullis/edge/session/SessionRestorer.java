package dev.portcullis.edge.session;

import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.connection.Connection.Registration;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.store.Lanes;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Says the sessions of an event loop again where the store may have lost them: those that were registered, or said again,
 * since what is known to be left of their lane. Mostly that is nobody, since most forks lose nothing, and a node full of
 * sessions must not load a store that has just come back. Lanes mostly fork together: what comes at once is said in one
 * pass.
 *
 * <p>Times are those of {@link System#nanoTime()}, which both the registrations and the renewals of leases were noted by.
 * They only tell what this node knew before what, so no clock of a store, nor a step of one, has a part in it.
 */
final class SessionRestorer {
    private static final long GATHER_MS = 50;
    private static final long AGAIN_MS = 1_000;
    private static final long NOTHING = Long.MAX_VALUE;
    private static final long NEVER = Long.MIN_VALUE;
    private static final long NOT_YET = Long.MAX_VALUE;

    private final Function<List<Session>, Future<Void>> store;
    private final Supplier<List<Registration>> sessions;
    private final TimerWheel timers;
    private final LongSupplier nanos;
    private final List<Lane> lanes =
            IntStream.range(0, Lanes.COUNT).mapToObj(any -> new Lane()).toList();
    private boolean underWay;

    private static final class Lane {
        /** What was registered from then on must be said again. */
        private long wanted = NOTHING;

        /** Since when there was reason to say sessions again, the last time that there was any. */
        private long lost = NOTHING;

        /** When that was done. */
        private long said = NEVER;

        /** When the last reason for it was heard. */
        private long heard = NEVER;
    }

    /** @param store how it is told */
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
    void forgotten(int number, long since) {
        Lane lane = lanes.get(number);
        // what was said again since then, or is not said yet, may be lost too: so is all that it was said for
        lane.lost = lane.said < since ? since : Math.min(lane.lost, since);
        lane.heard = nanos.getAsLong();
        want(lane, lane.lost);
    }

    /** It may have been registered before its lane lost it, and was not among the sessions of the pass for that. */
    void entered(Registration known) {
        Lane lane = lanes.get(known.session().lane());
        if (known.knownAt() <= lane.heard && known.knownAt() >= lane.lost) {
            want(lane, known.knownAt());
        }
    }

    /** Whether the store knows all that it is meant to. */
    boolean isDone() {
        return !underWay;
    }

    private void want(Lane lane, long from) {
        lane.wanted = Math.min(lane.wanted, from);
        lane.said = NOT_YET;
        if (!underWay) {
            underWay = true;
            timers.in(GATHER_MS, this::restore);
        }
    }

    private void restore() {
        long[] wanted = lanes.stream().mapToLong(lane -> lane.wanted).toArray();
        lanes.forEach(lane -> lane.wanted = NOTHING);
        List<Session> lost = sessions.get().stream()
                .filter(each -> each.knownAt() >= wanted[each.session().lane()])
                .map(Registration::session)
                .toList();
        store.apply(lost).onComplete(done -> said(wanted), broken -> {
            for (int i = 0; i < wanted.length; i++) {
                lanes.get(i).wanted = Math.min(lanes.get(i).wanted, wanted[i]);
            }
            timers.in(AGAIN_MS, this::restore);
        });
    }

    private void said(long[] wanted) {
        long now = nanos.getAsLong();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] != NOTHING && lanes.get(i).wanted == NOTHING) {
                lanes.get(i).said = now;
            }
        }
        underWay = lanes.stream().anyMatch(lane -> lane.wanted != NOTHING);
        if (underWay) {
            timers.in(GATHER_MS, this::restore);
        }
    }
}
