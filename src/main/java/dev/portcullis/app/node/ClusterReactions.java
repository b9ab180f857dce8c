package dev.portcullis.app.node;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.bus.Bus;
import dev.portcullis.cluster.ClusterVerticle;
import dev.portcullis.streams.lane.EarlyLeaseExpiry;
import io.vertx.core.Future;

/** How this node reacts to cluster events. */
record ClusterReactions(Bus bus, EarlyLeaseExpiry expiry, Metrics metrics, Runnable isolated)
        implements ClusterVerticle.Listener {
    @Override
    public void nodeLost(String node) {
        metrics.count(Metric.NODES_LOST);
        expiry.expireAfterGrace(node);
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
