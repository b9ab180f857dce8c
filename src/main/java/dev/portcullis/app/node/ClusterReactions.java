package dev.portcullis.app.node;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.bus.Bus;
import dev.portcullis.cluster.ClusterVerticle;
import dev.portcullis.streams.lane.EarlyLeaseExpiry;
import io.vertx.core.Future;

/** What this node does about the others. */
record ClusterReactions(Bus bus, EarlyLeaseExpiry check, Metrics metrics, Runnable deafness)
        implements ClusterVerticle.Listener {
    @Override
    public void nodeLost(String node) {
        metrics.nodeLost();
        check.expireAfterGrace(node);
    }

    @Override
    public Future<Void> reregister() {
        return bus.reregister();
    }

    @Override
    public void onIsolated() {
        deafness.run();
    }
}
