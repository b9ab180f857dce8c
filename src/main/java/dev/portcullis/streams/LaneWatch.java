package dev.portcullis.streams;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreUnopened;
import dev.portcullis.streams.LaneStore.LaneMark;
import dev.portcullis.streams.LaneStore.LaneNews;
import dev.portcullis.streams.LaneStore.Lease;
import dev.portcullis.streams.LaneStore.Moved;
import dev.portcullis.streams.LaneStore.Tenant;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Goes round all lanes twice a second, in up to sixteen steps, and looks at one of them at once when asked to: renews the node's
 * leases, and hands on what moved. It alone decides that a life of the node is over. All its work is done on its context.
 */
public final class LaneWatch {
    private static final int STEPS = 16;

    /** What a start waits for its leases: as long as one lasts, so that a store that was only busy is waited for. */
    private static final long START_MS = LaneStore.LAPSE_MS;

    /** A lane that was not renewed for so long is out of reach: two ticks were lost. */
    private static final long OUT_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** From here on all that hangs on a lease waits for it. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

    private final Context context;
    private final LaneStore lanes;
    private final NodeLife life;
    private final long roundMs;
    private final LongSupplier nanos;
    private final LongSupplier clock;
    private final BitSet looking = new BitSet();
    private final BitSet wanted = new BitSet();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final List<Part> parts;
    private final Promise<Void> held = Promise.promise();
    private String lastTrouble = "no call has failed: they were not answered, or Redis takes no writes";
    private long timer = -1;
    private int next;

    /** Hears what happens in the lanes. Called on the watch's context. */
    public interface Follower {
        /** These streams had an append, the last in that turn of the lane. */
        void moved(int lane, List<Moved> moved);

        /** It can't be told what moved in this lane, or it forked: any of its streams may have changed. */
        void compareAll(int lane);

        /** The lane was looked at, and the node's lease there renewed. What moved was told before. */
        default void looked(LaneLook look) {}
    }

    /**
     * @param roundMs how long a round through all lanes takes
     * @param clock the store's, as far as is known here; never ahead of it
     */
    public LaneWatch(
            Context context, LaneStore lanes, NodeLife life, long roundMs, LongSupplier nanos, LongSupplier clock) {
        this.context = context;
        this.lanes = lanes;
        this.life = life;
        this.roundMs = roundMs;
        this.nanos = nanos;
        this.clock = clock;
        int together = lanes.lanesAtOnce();
        this.parts = IntStream.iterate(0, first -> first < Lanes.COUNT, first -> first + together)
                .mapToObj(first -> new Part(first, Math.min(Lanes.COUNT, first + together)))
                .toList();
    }

    public void follow(Follower follower) {
        followers.add(follower);
    }

    /** Completes once the node has a lease in every lane; fails where the store gives it none for ten seconds. */
    public Future<Void> start() {
        context.runOnContext(any -> {
            parts.forEach(Part::tick);
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
            lanes.leave(new Tenant(life.incarnation(), 0)).onComplete(left);
        });
        return left.future();
    }

    /**
     * A look at this lane alone that begins after this call, at once. However many ask, one is under way and one waits. May be
     * called from every thread.
     */
    public void look(int lane) {
        context.runOnContext(any -> lookNow(lane));
    }

    /** How many lanes are out of reach, so that the sessions that hang on them can do nothing. From every thread. */
    public int lanesOut() {
        long now = nanos.getAsLong();
        return held.future().succeeded()
                ? parts.stream().mapToInt(part -> part.outAt(now)).sum()
                : Lanes.COUNT;
    }

    private void lookNow(int lane) {
        if (looking.get(lane)) {
            wanted.set(lane);
            return;
        }
        looking.set(lane);
        Part part = parts.get(lane / lanes.lanesAtOnce());
        part.ask(List.of(part.markOf(lane)), () -> looking.clear(lane)).onComplete(looked -> {
            boolean again = wanted.get(lane) && looked.succeeded(); // else the round tries again
            wanted.clear(lane);
            if (again) {
                lookNow(lane);
            }
        });
    }

    private void giveUp() {
        if (held.tryFail(new StoreUnopened(unheld()))) {
            context.owner().cancelTimer(timer);
        }
    }

    private String unheld() {
        return "the store did not take this node's leases for " + START_MS + " ms in "
                + parts.stream()
                        .filter(part -> part.renewed.isEmpty())
                        .map(Part::lanes)
                        .collect(Collectors.joining(", "))
                + " of " + Lanes.COUNT + " lanes (" + lastTrouble + "); the log says what became of the calls"
                + " (store.call.failed): mend that, or raise store.redis.timeoutMs";
    }

    private void tickNext() {
        for (int part = next; part < parts.size(); part += steps()) {
            parts.get(part).tick();
        }
        next = (next + 1) % steps();
    }

    private int steps() {
        return Math.min(STEPS, parts.size());
    }

    /** The others act on it already. The leases of the dead life go, and the new one takes its own at once. */
    private void end(String incarnation) {
        if (life.isCurrent(incarnation)) {
            life.end(incarnation);
            parts.forEach(part -> part.renewals.forEach(Renewals::clear));
            lanes.leave(new Tenant(incarnation, 0)).onComplete(any -> parts.forEach(Part::tick));
        }
    }

    /** Some lanes, which are ticked together: where they can't be reached, the others are none the worse. */
    private final class Part {
        private final int first;
        private final List<LaneMark> marks = new ArrayList<>();
        private final List<Renewals> renewals = new ArrayList<>();
        private volatile String renewed = "";
        private volatile long began;
        private boolean underWay;

        /** Which these are, for a person. */
        String lanes() {
            int first = marks.get(0).lane();
            return marks.size() == 1 ? "" + first : first + "-" + (first + marks.size() - 1);
        }

        Part(int first, int beyond) {
            this.first = first;
            IntStream.range(first, beyond).mapToObj(LaneMark::unknown).forEach(marks::add);
            marks.forEach(any -> renewals.add(new Renewals()));
        }

        /** Nothing is done while the last tick is under way: its answer is worth as much as another's. */
        Future<?> tick() {
            if (underWay) {
                return Future.succeededFuture();
            }
            underWay = true;
            return ask(List.copyOf(marks), () -> underWay = false);
        }

        /** @param done comes before anything is made of the answer, which may ask for the next tick */
        Future<?> ask(List<LaneMark> asked, Runnable done) {
            String incarnation = life.incarnation();
            long now = nanos.getAsLong();
            long millis = clock.getAsLong();
            return lanes.tick(new Tenant(incarnation, silentMs(incarnation, now)), asked)
                    .onComplete(any -> done.run())
                    .onFailure(broken -> lastTrouble = String.valueOf(broken.getMessage()))
                    .onSuccess(news -> took(new Begun(incarnation, now, millis), news));
        }

        LaneMark markOf(int lane) {
            return marks.get(lane - first);
        }

        int outAt(long now) {
            return renewed.isEmpty() || now - began >= OUT_NANOS ? marks.size() : 0;
        }

        private long silentMs(String incarnation, long now) {
            return renewed.equals(incarnation) ? Math.max(1, TimeUnit.NANOSECONDS.toMillis(now - began)) : 0;
        }

        private void took(Begun tick, List<LaneNews> news) {
            String incarnation = tick.incarnation();
            long now = tick.nanos();
            boolean late = isLate(now);
            if (news.stream().noneMatch(each -> each.lease() == Lease.UNRENEWED)) {
                if (news.size() == marks.size()) {
                    began = now;
                    renewed = incarnation;
                }
                if (late) {
                    parts.stream().filter(part -> part.isLate(now)).forEach(Part::tick);
                }
            }
            BitSet forked = new BitSet();
            for (LaneNews each : news) {
                LaneMark known = markOf(each.mark().lane());
                forked.set(
                        known.lane() - first, !known.fork().equals(each.mark().fork()));
                marks.set(known.lane() - first, mark(known, each));
            }
            if (news.stream().anyMatch(each -> each.lease() == Lease.ENDED)) {
                end(incarnation);
            }
            news.forEach(each -> tell(tick, each, forked.get(each.mark().lane() - first)));
            if (parts.stream().noneMatch(part -> part.renewed.isEmpty())) {
                held.tryComplete();
            }
            if (!life.isCurrent(incarnation)) {
                tick();
            }
        }

        /** The store was away, or this node stood still: what hangs on the leases waits for them. */
        private boolean isLate(long now) {
            return !renewed.isEmpty() && now - began > LATE_NANOS;
        }

        /** A fork is known once the lease was taken in it: who knows it and has no lease is taken for ended. */
        private LaneMark mark(LaneMark known, LaneNews news) {
            boolean untaken =
                    news.lease() == Lease.UNRENEWED && !news.mark().fork().equals(known.fork());
            return untaken ? known : news.mark();
        }

        /** @param forked that was not known yet: of two ticks that were under way, one has told what the other finds too */
        private void tell(Begun tick, LaneNews news, boolean forked) {
            int lane = news.mark().lane();
            boolean holds = life.isCurrent(tick.incarnation()) && news.lease() != Lease.UNRENEWED;
            if (holds) {
                Renewals known = renewals.get(lane - first);
                if (news.lease() == Lease.TAKEN && forked) {
                    life.forgot(lane, known.began(news.survived()).orElse(NodeLife.EVERYTHING));
                }
                known.note(news.millis(), tick.nanos());
            }
            if (!news.complete()) {
                followers.forEach(each -> each.compareAll(lane));
            } else if (!news.moved().isEmpty()) {
                followers.forEach(each -> each.moved(lane, news.moved()));
            }
            if (holds) {
                LaneLook look = new LaneLook(lane, tick.nanos(), Math.min(tick.millis(), news.millis()));
                followers.forEach(each -> each.looked(look));
            }
        }
    }

    /** A tick, as it began. */
    private record Begun(String incarnation, long nanos, long millis) {}
}
