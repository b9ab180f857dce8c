package dev.portcullis.edge;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Gives the node's one follower of cut-offs an event loop. To be deployed before the edge. */
public final class CutoffVerticle extends VerticleBase {
    private final CutoffFollower follower;

    public CutoffVerticle(CutoffFollower follower) {
        this.follower = follower;
    }

    @Override
    public Future<?> start() {
        return follower.begin(context);
    }
}
