package dev.portcullis.app.node;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.bus.Bus;
import dev.portcullis.cluster.ClusterVerticle;
import dev.portcullis.streams.lane.LaneStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** How this node reacts to cluster events. */
record ClusterReactions(Bus bus, Vertx vertx, LaneStore lanes, Metrics metrics, Runnable isolated)
        implements ClusterVerticle.Listener {
    @Override
    public void nodeLost(String node) {
        metrics.count(Metric.NODES_LOST);
        lanes.expireAfterGrace(vertx, node);
    }

    @Override
    public Future<Void> reregister() {
        return bus.reregister();
    }

    @Override
    public void onIsolated() {
        isolated.run();
    }
}
