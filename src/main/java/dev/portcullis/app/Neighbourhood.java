package dev.portcullis.app;

import dev.portcullis.audit.Meters;
import dev.portcullis.bus.Bus;
import dev.portcullis.cluster.ClusterVerticle;
import dev.portcullis.streams.EarlyLook;
import io.vertx.core.Future;

/** What this node does about the others. */
record Neighbourhood(Bus bus, EarlyLook look, Meters meters, Runnable deafness) implements ClusterVerticle.Follower {
    @Override
    public void left(String node) {
        meters.nodeLost();
        look.lost(node);
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
