package dev.portcullis.streams.lane;

import dev.portcullis.resilience.TimersInStep;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import dev.portcullis.streams.lane.LaneStore.LaneTick;
import dev.portcullis.streams.lane.LaneStore.Lease;
import dev.portcullis.streams.lane.LaneStore.LeaseHolder;
import dev.portcullis.streams.lane.LaneStore.Moved;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Ticks all lanes twice a second, in up to sixteen steps, and a single lane at once on request. A tick renews the node's
 * lease and reports what moved. Only this class decides that an incarnation of the node has ended. All its work is done
 * on its context.
 */
public final class LaneTicker {
    /** Lanes without a renewal for this long count as unreachable: two ticks were lost. */
    public static final long UNREACHABLE_MS = 1_500;

    private static final int STEPS = 16;

    /** How long a start waits for its leases: as long as one lasts, so that a busy store does not fail the start. */
    private static final long START_TIMEOUT_MS = LaneStore.LEASE_MS;

    private final Context context;
    private final LaneStore lanes;
    private final NodeIncarnation nodeIncarnation;
    private final long roundMs;
    private final LongSupplier nanos;
    private final LongSupplier clock;
    private final BitSet reading = new BitSet();
    private final BitSet requested = new BitSet();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<LaneGroup> groups;
    private final Set<LaneGroup> inFlight = new HashSet<>();
    private final Promise<Void> held = Promise.promise();
    private String lastFailure = "no call has failed: they were not answered, or Redis takes no writes";
    private long timer = -1;
    private int next;

    /** Receives the results of the ticks. It is called on the ticker's context. */
    public interface Listener {
        /** These streams had an append, the last one with the given lane counter. */
        void moved(int lane, List<Moved> moved);

        /** It is unknown what moved in this lane, or the lane forked: any of its streams may have changed. */
        void compareAll(int lane);

        /** A tick renewed the node's lease in the lane. The streams that moved were reported before. */
        default void laneRead(LaneRead laneRead) {}

        /** The lanes that were ticked together are all reported: what goes to another event loop can go at once. */
        default void ticked() {}
    }

    /**
     * @param roundMs how long a round through all lanes takes
     * @param clock the clock by which leases are counted here; never ahead of the store's
     */
    public LaneTicker(
            Context context,
            LaneStore lanes,
            NodeIncarnation nodeIncarnation,
            long roundMs,
            LongSupplier nanos,
            LongSupplier clock) {
        this.context = context;
        this.lanes = lanes;
        this.nodeIncarnation = nodeIncarnation;
        this.roundMs = roundMs;
        this.nanos = nanos;
        this.clock = clock;
        int together = lanes.lanesAtOnce();
        this.groups = IntStream.iterate(0, first -> first < Lanes.COUNT, first -> first + together)
                .mapToObj(first -> new LaneGroup(first, Math.min(Lanes.COUNT, first + together)))
                .toList();
    }

    public void addListener(Listener listener) {
        listeners.add(listener);
    }

    /** Completes once the node has a lease in every lane; fails if it gets none for ten seconds. */
    public Future<Void> start() {
        context.runOnContext(any -> {
            groups.forEach(this::tick);
            timer = TimersInStep.every(context.owner(), Math.max(1, roundMs / steps()), tick -> tickNext());
            context.owner().setTimer(START_TIMEOUT_MS, timeout -> failStart());
        });
        return held.future();
    }

    /** Releases all leases. */
    public Future<Void> stop() {
        Promise<Void> released = Promise.promise();
        context.runOnContext(any -> {
            context.owner().cancelTimer(timer);
            lanes.release(new LeaseHolder(nodeIncarnation.incarnation(), 0)).onComplete(released);
        });
        return released.future();
    }

    /**
     * Ticks this lane alone, at once. The tick begins after this call. However many callers there are, one tick is in
     * flight and one waits. May be called on any thread.
     */
    public void readLane(int lane) {
        context.runOnContext(any -> tickNow(lane));
    }

    /** Ends the present incarnation, whose leases are taken for expired by other nodes. May be called on any thread. */
    public void giveUp() {
        context.runOnContext(any -> startNextIncarnation(nodeIncarnation.incarnation()));
    }

    /** The number of lanes that are unreachable, so that the sessions in them can do nothing. May be called on any thread. */
    public int unreachableLanes() {
        long now = nanos.getAsLong();
        return held.future().succeeded()
                ? groups.stream().mapToInt(group -> group.unreachableAt(now)).sum()
                : Lanes.COUNT;
    }

    private void tickNow(int lane) {
        if (reading.get(lane)) {
            requested.set(lane);
            return;
        }
        reading.set(lane);
        LaneGroup group = groups.get(lane / lanes.lanesAtOnce());
        run(group, List.of(group.cursorOf(lane)), () -> reading.clear(lane)).onComplete(ticked -> {
            boolean again = requested.get(lane) && ticked.succeeded(); // otherwise the next round tries again
            requested.clear(lane);
            if (again) {
                tickNow(lane);
            }
        });
    }

    private void failStart() {
        if (held.tryFail(new StoreOpenException(describeUnheldLanes()))) {
            context.owner().cancelTimer(timer);
        }
    }

    private String describeUnheldLanes() {
        return "the store did not take this node's leases for " + START_TIMEOUT_MS + " ms in "
                + groups.stream()
                        .filter(group -> !group.isHeld())
                        .map(LaneGroup::lanes)
                        .collect(Collectors.joining(", "))
                + " of " + Lanes.COUNT + " lanes (" + lastFailure + "); see store.call.failed in the log:"
                + " fix the cause, or raise store.redis.timeoutMs";
    }

    private void tickNext() {
        for (int group = next; group < groups.size(); group += steps()) {
            tick(groups.get(group));
        }
        next = (next + 1) % steps();
    }

    private int steps() {
        return Math.min(STEPS, groups.size());
    }

    /**
     * Starts the next incarnation. Other nodes act on the end already, so it releases the old leases and acquires new ones at
     * once.
     */
    private void startNextIncarnation(String incarnation) {
        if (nodeIncarnation.isCurrent(incarnation)) {
            nodeIncarnation.startNext(incarnation);
            groups.forEach(LaneGroup::forgetRenewals);
            lanes.release(new LeaseHolder(incarnation, 0)).onComplete(any -> groups.forEach(this::tick));
        }
    }

    /** Ticks a group. It does nothing while a tick is in flight, whose answer is worth as much. */
    private void tick(LaneGroup group) {
        if (inFlight.add(group)) {
            run(group, group.cursors(), () -> inFlight.remove(group));
        }
    }

    /** @param done runs before the answer is applied, which may start the next tick */
    private Future<?> run(LaneGroup group, List<LaneCursor> cursors, Runnable done) {
        String incarnation = nodeIncarnation.incarnation();
        long now = nanos.getAsLong();
        long millis = clock.getAsLong();
        return lanes.tick(new LeaseHolder(incarnation, group.sinceLastTickMs(incarnation, now)), cursors)
                .onComplete(any -> done.run())
                .onFailure(failure -> lastFailure = String.valueOf(failure.getMessage()))
                .onSuccess(ticks -> apply(group, new TickStart(incarnation, now, millis), ticks));
    }

    private void apply(LaneGroup group, TickStart start, List<LaneTick> ticks) {
        if (ticks.stream().noneMatch(tick -> tick.lease() == Lease.UNRENEWED)) {
            boolean late = group.isLate(start.nanos());
            group.recordRenewal(start.incarnation(), start.nanos(), ticks);
            if (late) {
                groups.stream().filter(each -> each.isLate(start.nanos())).forEach(this::tick);
            }
        }
        BitSet forked = group.advance(ticks);
        if (ticks.stream().anyMatch(tick -> tick.lease() == Lease.ENDED)) {
            startNextIncarnation(start.incarnation());
        }
        for (LaneTick tick : ticks) {
            notifyListeners(group, start, tick, forked.get(tick.cursor().lane()));
        }
        listeners.forEach(Listener::ticked);
        if (!held.future().succeeded() && groups.stream().allMatch(LaneGroup::isHeld)) {
            held.tryComplete();
        }
        if (!nodeIncarnation.isCurrent(start.incarnation())) {
            tick(group);
        }
    }

    /** @param forked whether the fork was not known yet: of two concurrent ticks that find a fork, only one reports it */
    private void notifyListeners(LaneGroup group, TickStart start, LaneTick tick, boolean forked) {
        int lane = tick.cursor().lane();
        boolean holds = nodeIncarnation.isCurrent(start.incarnation()) && tick.lease() != Lease.UNRENEWED;
        if (holds) {
            LeaseRenewals renewals = group.renewalsOf(lane);
            if (tick.lease() == Lease.ACQUIRED && forked) {
                nodeIncarnation.laneLost(lane, renewals.startOf(tick.survived()).orElse(NodeIncarnation.EVERYTHING));
            }
            renewals.note(tick.storeMillis(), start.nanos());
        }
        if (!tick.complete()) {
            listeners.forEach(each -> each.compareAll(lane));
        } else if (!tick.moved().isEmpty()) {
            listeners.forEach(each -> each.moved(lane, tick.moved()));
        }
        if (holds) {
            LaneRead laneRead =
                    new LaneRead(tick.cursor(), start.nanos(), Math.min(start.millis(), tick.storeMillis()));
            listeners.forEach(each -> each.laneRead(laneRead));
        }
    }

    /** The time at which a tick began, and its incarnation. */
    private record TickStart(String incarnation, long nanos, long millis) {}
}
