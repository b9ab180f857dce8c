package dev.portcullis.app;

import dev.portcullis.edge.Assembly;
import dev.portcullis.streams.LaneStore;
import dev.portcullis.streams.LaneWatch;
import dev.portcullis.streams.NodeLife;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.jspecify.annotations.Nullable;

/** Gives the watch over the lanes an event loop. Sessions hang on its leases, so it starts before the first one. */
final class LaneVerticle extends VerticleBase {
    private final LaneStore lanes;
    private final NodeLife life;
    private final Assembly assembly;
    private volatile @Nullable LaneWatch watch;

    LaneVerticle(LaneStore lanes, NodeLife life, Assembly assembly) {
        this.lanes = lanes;
        this.life = life;
        this.assembly = assembly;
    }

    @Override
    public Future<?> start() {
        LaneWatch begun = new LaneWatch(context, lanes, life, System::nanoTime);
        watch = begun;
        assembly.carriers().onSuccess(begun::follow);
        return begun.start();
    }

    @Override
    public Future<?> stop() {
        LaneWatch begun = watch;
        return begun == null ? Future.succeededFuture() : begun.stop();
    }

    /** See {@link LaneWatch#renews}. May be asked from every thread. */
    boolean renews() {
        LaneWatch begun = watch;
        return begun != null && begun.renews();
    }
}
