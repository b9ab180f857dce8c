package dev.portcullis.streams.lane;

import dev.portcullis.store.Lanes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Lanes whose looks can be held up, refused a lease, or answered as by a store that has lost count. */
public final class StallingLanes implements LaneStore {
    private final LaneStore lanes;
    private final List<Runnable> held = new ArrayList<>();
    private final BitSet holding = new BitSet();
    private final BitSet forgotten = new BitSet();
    private boolean unrenewed;

    public StallingLanes(LaneStore lanes) {
        this.lanes = lanes;
    }

    /** From now on looks at any lane wait. */
    public synchronized void hold() {
        holding.set(0, Lanes.COUNT);
    }

    /** From now on looks at this lane fail, as where its master is lost. */
    public synchronized void lose(int lane) {
        holding.set(Lanes.COUNT + lane);
    }

    /** From now on looks tell what moved and renew nothing. */
    public synchronized void refuseLeases(boolean refused) {
        unrenewed = refused;
    }

    /** The next look at this lane can't tell what moved. */
    public synchronized void forget(int lane) {
        forgotten.set(lane);
    }

    /** What waits goes on, and nothing waits or fails any more. */
    public void release() {
        List<Runnable> all;
        synchronized (this) {
            holding.clear();
            all = List.copyOf(held);
            held.clear();
        }
        all.forEach(Runnable::run);
    }

    /** Each lane is reached alone, as in a Redis Cluster. */
    @Override
    public int lanesAtOnce() {
        return 1;
    }

    @Override
    public Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> marks) {
        return pass(marks)
                .compose(any -> lanes.tick(leaseHolder, marks))
                .map(news -> news.stream().map(this::told).toList());
    }

    @Override
    public Future<Void> release(LeaseHolder leaseHolder) {
        return lanes.release(leaseHolder);
    }

    @Override
    public Future<Void> expireStale(String node) {
        return lanes.expireStale(node);
    }

    private synchronized Future<Void> pass(List<LaneCursor> marks) {
        if (marks.stream().anyMatch(mark -> holding.get(Lanes.COUNT + mark.lane()))) {
            return Future.failedFuture("the lane is lost");
        }
        if (marks.stream().noneMatch(mark -> holding.get(mark.lane()))) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        Context here = Vertx.currentContext();
        held.add(() -> here.runOnContext(any -> promise.complete()));
        return promise.future();
    }

    private synchronized LaneTick told(LaneTick news) {
        int lane = news.cursor().lane();
        boolean complete = news.complete() && !forgotten.get(lane);
        forgotten.clear(lane);
        return new LaneTick(
                unrenewed ? Lease.UNRENEWED : news.lease(),
                news.cursor(),
                complete,
                complete ? news.moved() : List.of(),
                news.storeMillis(),
                news.survived());
    }
}
