package dev.portcullis.streams.lane;

import io.vertx.core.Vertx;

/**
 * Looks after the leases of nodes that are gone without a word, so that their sessions end as soon as they were surely
 * silent, and do not wait for the lapse.
 */
public final class EarlyLeaseExpiry {
    private final Vertx vertx;
    private final LaneStore lanes;

    public EarlyLeaseExpiry(Vertx vertx, LaneStore lanes) {
        this.vertx = vertx;
        this.lanes = lanes;
    }

    /** A node that is only cut off from the others goes on renewing, and keeps all it has. May be called from every thread. */
    public void expireAfterGrace(String node) {
        vertx.setTimer(LaneStore.EARLY_MS, any -> lanes.expireStale(node)); // where that fails they lapse
    }
}
