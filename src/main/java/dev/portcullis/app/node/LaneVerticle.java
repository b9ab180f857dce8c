package dev.portcullis.app.node;

import dev.portcullis.store.Lanes;
import dev.portcullis.streams.lane.LaneStore;
import dev.portcullis.streams.lane.LaneTicker;
import dev.portcullis.streams.lane.NodeIncarnation;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Runs the lane ticker on an event loop. Sessions depend on its leases, so it starts before the first session. */
final class LaneVerticle extends VerticleBase {
    private final LaneStore lanes;
    private final NodeIncarnation nodeIncarnation;
    private final long roundMs;
    private final LongSupplier clock;
    private final List<LaneTicker.Listener> listeners = new CopyOnWriteArrayList<>();
    private final List<Future<? extends LaneTicker.Listener>> later = new CopyOnWriteArrayList<>();
    private volatile @Nullable LaneTicker ticker;

    /** @param clock the store's clock */
    LaneVerticle(LaneStore lanes, NodeIncarnation nodeIncarnation, long roundMs, LongSupplier clock) {
        this.lanes = lanes;
        this.nodeIncarnation = nodeIncarnation;
        this.roundMs = roundMs;
        this.clock = clock;
    }

    /** Call this before the start. */
    void follow(LaneTicker.Listener listener) {
        listeners.add(listener);
    }

    /** Call this before the start, for a listener that is there only after it. */
    void follow(Future<? extends LaneTicker.Listener> listener) {
        later.add(listener);
    }

    @Override
    public Future<?> start() {
        LaneTicker begun = new LaneTicker(context, lanes, nodeIncarnation, roundMs, System::nanoTime, clock);
        ticker = begun;
        listeners.forEach(begun::addListener);
        later.forEach(listener -> listener.onSuccess(begun::addListener));
        return begun.start();
    }

    @Override
    public Future<?> stop() {
        LaneTicker begun = ticker;
        return begun == null ? Future.succeededFuture() : begun.stop();
    }

    /** See {@link LaneTicker#readLane}. */
    void readLane(int lane) {
        LaneTicker begun = ticker;
        if (begun != null) {
            begun.readLane(lane);
        }
    }

    /** See {@link LaneTicker#giveUp}. */
    void giveUp() {
        LaneTicker begun = ticker;
        if (begun != null) {
            begun.giveUp();
        }
    }

    /** See {@link LaneTicker#unreachableLanes}. */
    int lanesOut() {
        LaneTicker begun = ticker;
        return begun == null ? Lanes.COUNT : begun.unreachableLanes();
    }
}
