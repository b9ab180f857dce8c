package dev.portcullis.app;

import dev.portcullis.edge.Assembly;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.LaneStore;
import dev.portcullis.streams.LaneWatch;
import dev.portcullis.streams.NodeLife;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Gives the watch over the lanes an event loop. Sessions hang on its leases, so it starts before the first one. */
final class LaneVerticle extends VerticleBase {
    private final LaneStore lanes;
    private final NodeLife life;
    private final Assembly assembly;
    private final long roundMs;
    private final LongSupplier clock;
    private final List<LaneWatch.Follower> followers = new CopyOnWriteArrayList<>();
    private volatile @Nullable LaneWatch watch;

    /** @param clock the store's */
    LaneVerticle(LaneStore lanes, NodeLife life, Assembly assembly, long roundMs, LongSupplier clock) {
        this.lanes = lanes;
        this.life = life;
        this.assembly = assembly;
        this.roundMs = roundMs;
        this.clock = clock;
    }

    /** To be called before the start. */
    void follow(LaneWatch.Follower follower) {
        followers.add(follower);
    }

    @Override
    public Future<?> start() {
        LaneWatch begun = new LaneWatch(context, lanes, life, roundMs, System::nanoTime, clock);
        watch = begun;
        followers.forEach(begun::follow);
        assembly.carriers().onSuccess(begun::follow);
        return begun.start();
    }

    @Override
    public Future<?> stop() {
        LaneWatch begun = watch;
        return begun == null ? Future.succeededFuture() : begun.stop();
    }

    /** See {@link LaneWatch#look}. */
    void look(int lane) {
        LaneWatch begun = watch;
        if (begun != null) {
            begun.look(lane);
        }
    }

    /** See {@link LaneWatch#lanesOut}. */
    int lanesOut() {
        LaneWatch begun = watch;
        return begun == null ? Lanes.COUNT : begun.lanesOut();
    }
}
