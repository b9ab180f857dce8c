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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Goes round all lanes once a second, in sixteen steps: renews the node's leases, and hands on what moved. It alone
 * decides that a life of the node is over. All its work is done on its context.
 */
public final class LaneWatch {
    private static final long ROUND_MS = 1_000;
    private static final int STEPS = 16;

    /** What a start waits for its leases: as long as one lasts, so that a store that was only busy is waited for. */
    private static final long START_MS = LaneStore.LAPSE_MS;

    private static final String UNHELD = "the store did not take this node's leases for " + START_MS + " ms;"
            + " the log says what became of the calls (store.call.failed): mend that, or raise store.redis.timeoutMs";

    /** Of each lane one tick may be lost before the node counts as cut off from it. */
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(5 * ROUND_MS / 2);

    private final Context context;
    private final LaneStore lanes;
    private final NodeLife life;
    private final LongSupplier nanos;
    private final List<Follower> followers = new CopyOnWriteArrayList<>();
    private final List<Part> parts;
    private final Promise<Void> held = Promise.promise();
    private volatile long lastRound;
    private long timer = -1;
    private int next;

    /** Hears what happens in the lanes. Called on the watch's context. */
    public interface Follower {
        /** These streams had an append, the last in that turn of the lane. */
        void moved(int lane, List<Moved> moved);

        /** It can't be told what moved in this lane, or it forked: any of its streams may have changed. */
        void compareAll(int lane);
    }

    public LaneWatch(Context context, LaneStore lanes, NodeLife life, LongSupplier nanos) {
        this.context = context;
        this.lanes = lanes;
        this.life = life;
        this.nanos = nanos;
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
            timer = context.owner().setPeriodic(ROUND_MS / STEPS, due -> tickNext());
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

    /** Whether every lane was renewed of late. Where one was not, the sessions that hang on it are about to end. */
    public boolean renews() {
        return held.future().succeeded() && nanos.getAsLong() - lastRound < FRESH_NANOS;
    }

    private void giveUp() {
        if (held.tryFail(new StoreUnopened(UNHELD))) {
            context.owner().cancelTimer(timer);
        }
    }

    private void tickNext() {
        for (int part = next; part < parts.size(); part += STEPS) {
            parts.get(part).tick();
        }
        next = (next + 1) % STEPS;
    }

    /** The others act on it already. The leases of the dead life go, and the new one takes its own at once. */
    private void end(String incarnation) {
        if (life.isCurrent(incarnation)) {
            life.end(incarnation);
            lanes.leave(new Tenant(incarnation, 0)).onComplete(any -> parts.forEach(Part::tick));
        }
    }

    /** Some lanes, which are ticked together: where they can't be reached, the others are none the worse. */
    private final class Part {
        private final List<LaneMark> marks = new ArrayList<>();
        private String renewed = "";
        private long began;
        private boolean underWay;

        Part(int first, int beyond) {
            IntStream.range(first, beyond).mapToObj(LaneMark::unknown).forEach(marks::add);
        }

        /** Nothing is done while the last tick is under way: its answer is worth as much as another's. */
        Future<?> tick() {
            if (underWay) {
                return Future.succeededFuture();
            }
            underWay = true;
            String incarnation = life.incarnation();
            long now = nanos.getAsLong();
            return lanes.tick(new Tenant(incarnation, silentMs(incarnation, now)), List.copyOf(marks))
                    .onComplete(any -> underWay = false)
                    .onSuccess(news -> took(incarnation, now, news));
        }

        private long silentMs(String incarnation, long now) {
            return renewed.equals(incarnation) ? Math.max(1, TimeUnit.NANOSECONDS.toMillis(now - began)) : 0;
        }

        private void took(String incarnation, long now, List<LaneNews> news) {
            boolean late = isLate(now);
            if (news.stream().noneMatch(each -> each.lease() == Lease.UNRENEWED)) {
                renewed = incarnation;
                began = now;
                if (late) {
                    parts.stream().filter(part -> part.isLate(now)).forEach(Part::tick);
                }
            }
            for (int i = 0; i < news.size(); i++) {
                marks.set(i, mark(marks.get(i), news.get(i)));
            }
            if (news.stream().anyMatch(each -> each.lease() == Lease.ENDED)) {
                end(incarnation);
            }
            news.forEach(each -> tell(incarnation, now, each));
            if (parts.stream().noneMatch(part -> part.renewed.isEmpty())) {
                lastRound = parts.stream().mapToLong(part -> part.began).min().orElse(now);
                held.tryComplete();
            }
            if (!life.isCurrent(incarnation)) {
                tick();
            }
        }

        /** The store was away, or this node stood still: what hangs on the leases waits for them. */
        private boolean isLate(long now) {
            return !renewed.isEmpty() && now - began > TimeUnit.MILLISECONDS.toNanos(2 * ROUND_MS);
        }

        /** A fork is known once the lease was taken in it: who knows it and has no lease is taken for ended. */
        private LaneMark mark(LaneMark known, LaneNews news) {
            boolean untaken =
                    news.lease() == Lease.UNRENEWED && !news.mark().fork().equals(known.fork());
            return untaken ? known : news.mark();
        }

        private void tell(String incarnation, long now, LaneNews news) {
            int lane = news.mark().lane();
            if (life.isCurrent(incarnation) && news.lease() != Lease.UNRENEWED) {
                life.renewed(lane, now);
                if (news.lease() == Lease.TAKEN) {
                    life.forgot(lane);
                }
            }
            if (!news.complete()) {
                followers.forEach(each -> each.compareAll(lane));
            } else if (!news.moved().isEmpty()) {
                followers.forEach(each -> each.moved(lane, news.moved()));
            }
        }
    }
}
