package dev.portcullis.streams.lane;

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
 * Goes round all lanes twice a second, in up to sixteen steps, and looks at one of them at once when asked to: renews the node's
 * leases, and hands on what moved. It alone decides that a life of the node is over. All its work is done on its context.
 */
public final class LaneTicker {
    private static final int STEPS = 16;

    /** What a start waits for its leases: as long as one lasts, so that a store that was only busy is waited for. */
    private static final long START_MS = LaneStore.LAPSE_MS;

    private final Context context;
    private final LaneStore lanes;
    private final NodeIncarnation nodeIncarnation;
    private final long roundMs;
    private final LongSupplier nanos;
    private final LongSupplier clock;
    private final BitSet looking = new BitSet();
    private final BitSet wanted = new BitSet();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<LaneGroup> groups;
    private final Set<LaneGroup> underWay = new HashSet<>();
    private final Promise<Void> held = Promise.promise();
    private String lastTrouble = "no call has failed: they were not answered, or Redis takes no writes";
    private long timer = -1;
    private int next;

    /** Hears what happens in the lanes. Called on the watch's context. */
    public interface Listener {
        /** These streams had an append, the last in that turn of the lane. */
        void moved(int lane, List<Moved> moved);

        /** It can't be told what moved in this lane, or it forked: any of its streams may have changed. */
        void compareAll(int lane);

        /** The lane was looked at, and the node's lease there renewed. What moved was told before. */
        default void looked(LaneRead look) {}
    }

    /**
     * @param roundMs how long a round through all lanes takes
     * @param clock the store's, as far as is known here; never ahead of it
     */
    public LaneTicker(
            Context context,
            LaneStore lanes,
            NodeIncarnation life,
            long roundMs,
            LongSupplier nanos,
            LongSupplier clock) {
        this.context = context;
        this.lanes = lanes;
        this.nodeIncarnation = life;
        this.roundMs = roundMs;
        this.nanos = nanos;
        this.clock = clock;
        int together = lanes.lanesAtOnce();
        this.groups = IntStream.iterate(0, first -> first < Lanes.COUNT, first -> first + together)
                .mapToObj(first -> new LaneGroup(first, Math.min(Lanes.COUNT, first + together)))
                .toList();
    }

    public void follow(Listener listener) {
        listeners.add(listener);
    }

    /** Completes once the node has a lease in every lane; fails where the store gives it none for ten seconds. */
    public Future<Void> start() {
        context.runOnContext(any -> {
            groups.forEach(this::tick);
            timer = context.owner().setPeriodic(Math.max(1, roundMs / steps()), due -> tickNext());
            context.owner().setTimer(START_MS, late -> giveUp());
        });
        return held.future();
    }

    /** Gives all leases up. */
    public Future<Void> stop() {
        Promise<Void> left = Promise.promise();
        context.runOnContext(any -> {
            context.owner().cancelTimer(timer);
            lanes.release(new LeaseHolder(nodeIncarnation.incarnation(), 0)).onComplete(left);
        });
        return left.future();
    }

    /**
     * A look at this lane alone that begins after this call, at once. However many ask, one is under way and one waits. May be
     * called from every thread.
     */
    public void tick(int lane) {
        context.runOnContext(any -> tickNow(lane));
    }

    /** How many lanes are out of reach, so that the sessions that hang on them can do nothing. From every thread. */
    public int lanesOut() {
        long now = nanos.getAsLong();
        return held.future().succeeded()
                ? groups.stream().mapToInt(group -> group.outAt(now)).sum()
                : Lanes.COUNT;
    }

    private void tickNow(int lane) {
        if (looking.get(lane)) {
            wanted.set(lane);
            return;
        }
        looking.set(lane);
        LaneGroup group = groups.get(lane / lanes.lanesAtOnce());
        ask(group, List.of(group.markOf(lane)), () -> looking.clear(lane)).onComplete(looked -> {
            boolean again = wanted.get(lane) && looked.succeeded(); // else the round tries again
            wanted.clear(lane);
            if (again) {
                tickNow(lane);
            }
        });
    }

    private void giveUp() {
        if (held.tryFail(new StoreOpenException(unheld()))) {
            context.owner().cancelTimer(timer);
        }
    }

    private String unheld() {
        return "the store did not take this node's leases for " + START_MS + " ms in "
                + groups.stream()
                        .filter(group -> !group.isHeld())
                        .map(LaneGroup::lanes)
                        .collect(Collectors.joining(", "))
                + " of " + Lanes.COUNT + " lanes (" + lastTrouble + "); the log says what became of the calls"
                + " (store.call.failed): mend that, or raise store.redis.timeoutMs";
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

    /** The others act on it already. The leases of the dead life go, and the new one takes its own at once. */
    private void end(String incarnation) {
        if (nodeIncarnation.isCurrent(incarnation)) {
            nodeIncarnation.startNext(incarnation);
            groups.forEach(LaneGroup::forgetRenewals);
            lanes.release(new LeaseHolder(incarnation, 0)).onComplete(any -> groups.forEach(this::tick));
        }
    }

    /** Nothing is done while the last tick is under way: its answer is worth as much as another's. */
    private void tick(LaneGroup group) {
        if (underWay.add(group)) {
            ask(group, group.marks(), () -> underWay.remove(group));
        }
    }

    /** @param done comes before anything is made of the answer, which may ask for the next tick */
    private Future<?> ask(LaneGroup group, List<LaneCursor> asked, Runnable done) {
        String incarnation = nodeIncarnation.incarnation();
        long now = nanos.getAsLong();
        long millis = clock.getAsLong();
        return lanes.tick(new LeaseHolder(incarnation, group.silentMs(incarnation, now)), asked)
                .onComplete(any -> done.run())
                .onFailure(broken -> lastTrouble = String.valueOf(broken.getMessage()))
                .onSuccess(news -> applied(group, new Begun(incarnation, now, millis), news));
    }

    private void applied(LaneGroup group, Begun tick, List<LaneTick> news) {
        if (news.stream().noneMatch(each -> each.lease() == Lease.UNRENEWED)) {
            boolean late = group.isLate(tick.nanos());
            group.renewed(tick.incarnation(), tick.nanos(), news);
            if (late) {
                groups.stream().filter(each -> each.isLate(tick.nanos())).forEach(this::tick);
            }
        }
        BitSet forked = group.take(news);
        if (news.stream().anyMatch(each -> each.lease() == Lease.ENDED)) {
            end(tick.incarnation());
        }
        news.forEach(each -> tell(group, tick, each, forked.get(each.mark().lane())));
        if (groups.stream().allMatch(LaneGroup::isHeld)) {
            held.tryComplete();
        }
        if (!nodeIncarnation.isCurrent(tick.incarnation())) {
            tick(group);
        }
    }

    /** @param forked that was not known yet: of two ticks that were under way, one has told what the other finds too */
    private void tell(LaneGroup group, Begun tick, LaneTick news, boolean forked) {
        int lane = news.mark().lane();
        boolean holds = nodeIncarnation.isCurrent(tick.incarnation()) && news.lease() != Lease.UNRENEWED;
        if (holds) {
            LeaseRenewals known = group.renewalsOf(lane);
            if (news.lease() == Lease.ACQUIRED && forked) {
                nodeIncarnation.laneLost(lane, known.began(news.survived()).orElse(NodeIncarnation.EVERYTHING));
            }
            known.note(news.millis(), tick.nanos());
        }
        if (!news.complete()) {
            listeners.forEach(each -> each.compareAll(lane));
        } else if (!news.moved().isEmpty()) {
            listeners.forEach(each -> each.moved(lane, news.moved()));
        }
        if (holds) {
            LaneRead look = new LaneRead(lane, tick.nanos(), Math.min(tick.millis(), news.millis()));
            listeners.forEach(each -> each.looked(look));
        }
    }

    /** A tick, as it began. */
    private record Begun(String incarnation, long nanos, long millis) {}
}
