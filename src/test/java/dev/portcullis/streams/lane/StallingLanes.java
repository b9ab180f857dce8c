package dev.portcullis.streams.lane;

import dev.portcullis.store.Lanes;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Lanes whose ticks can be held, refused a lease, or answered as by a store that has lost its names. */
public final class StallingLanes implements LaneStore {
    private final LaneStore lanes;
    private final List<Runnable> held = new ArrayList<>();
    private final BitSet holding = new BitSet();
    private final BitSet forgotten = new BitSet();
    private boolean unrenewed;

    public StallingLanes(LaneStore lanes) {
        this.lanes = lanes;
    }

    /** From now on ticks of all lanes wait. */
    public synchronized void hold() {
        holding.set(0, Lanes.COUNT);
    }

    /** From now on ticks of this lane fail, as if its master were lost. */
    public synchronized void lose(int lane) {
        holding.set(Lanes.COUNT + lane);
    }

    /** From now on ticks report what moved but renew no lease. */
    public synchronized void refuseLeases(boolean refused) {
        unrenewed = refused;
    }

    /** The next tick of this lane can't name what moved. */
    public synchronized void forget(int lane) {
        forgotten.set(lane);
    }

    /** Releases all ticks that wait; later ticks neither wait nor fail. */
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
    public Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> cursors) {
        return pass(cursors)
                .compose(any -> lanes.tick(leaseHolder, cursors))
                .map(ticks -> ticks.stream().map(this::altered).toList());
    }

    @Override
    public Future<Void> release(LeaseHolder leaseHolder) {
        return lanes.release(leaseHolder);
    }

    @Override
    public Future<Void> expireStale(String node) {
        return lanes.expireStale(node);
    }

    private synchronized Future<Void> pass(List<LaneCursor> cursors) {
        if (cursors.stream().anyMatch(cursor -> holding.get(Lanes.COUNT + cursor.lane()))) {
            return Future.failedFuture("the lane is lost");
        }
        if (cursors.stream().noneMatch(cursor -> holding.get(cursor.lane()))) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        Context context = Vertx.currentContext();
        held.add(() -> context.runOnContext(any -> promise.complete()));
        return promise.future();
    }

    private synchronized LaneTick altered(LaneTick tick) {
        int lane = tick.cursor().lane();
        boolean complete = tick.complete() && !forgotten.get(lane);
        forgotten.clear(lane);
        return new LaneTick(
                unrenewed ? Lease.UNRENEWED : tick.lease(),
                tick.cursor(),
                complete,
                complete ? tick.moved() : List.of(),
                tick.storeMillis(),
                tick.survived());
    }
}
