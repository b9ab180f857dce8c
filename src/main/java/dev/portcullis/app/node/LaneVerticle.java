package dev.portcullis.app.node;

import dev.portcullis.edge.EdgeInstances;
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

/** Gives the watch over the lanes an event loop. Sessions hang on its leases, so it starts before the first one. */
final class LaneVerticle extends VerticleBase {
    private final LaneStore lanes;
    private final NodeIncarnation nodeIncarnation;
    private final EdgeInstances instances;
    private final long roundMs;
    private final LongSupplier clock;
    private final List<LaneTicker.Listener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable LaneTicker watch;

    /** @param clock the store's */
    LaneVerticle(LaneStore lanes, NodeIncarnation life, EdgeInstances instances, long roundMs, LongSupplier clock) {
        this.lanes = lanes;
        this.nodeIncarnation = life;
        this.instances = instances;
        this.roundMs = roundMs;
        this.clock = clock;
    }

    /** To be called before the start. */
    void follow(LaneTicker.Listener listener) {
        listeners.add(listener);
    }

    @Override
    public Future<?> start() {
        LaneTicker begun = new LaneTicker(context, lanes, nodeIncarnation, roundMs, System::nanoTime, clock);
        watch = begun;
        listeners.forEach(begun::addListener);
        instances.hub().onSuccess(begun::addListener);
        return begun.start();
    }

    @Override
    public Future<?> stop() {
        LaneTicker begun = watch;
        return begun == null ? Future.succeededFuture() : begun.stop();
    }

    /** See {@link LaneTicker#tick}. */
    void tick(int lane) {
        LaneTicker begun = watch;
        if (begun != null) {
            begun.tick(lane);
        }
    }

    /** See {@link LaneTicker#unreachableLanes}. */
    int lanesOut() {
        LaneTicker begun = watch;
        return begun == null ? Lanes.COUNT : begun.unreachableLanes();
    }
}
