package dev.portcullis.app;

import dev.portcullis.audit.Meters;
import dev.portcullis.bus.Bus;
import dev.portcullis.cluster.ClusterVerticle;
import io.vertx.core.Future;

/** What this node does about the others. */
record Neighbourhood(Bus bus, Meters meters, Runnable deafness) implements ClusterVerticle.Follower {
    @Override
    public void left(String node) {
        meters.nodeLost();
    }

    @Override
    public Future<Void> registerAnew() {
        return bus.registerAnew();
    }

    @Override
    public void deaf() {
        deafness.run();
    }
}
