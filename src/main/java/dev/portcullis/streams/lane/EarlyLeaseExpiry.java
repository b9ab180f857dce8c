package dev.portcullis.streams.lane;

import io.vertx.core.Vertx;

/**
 * Expires the leases of nodes that left the cluster without a planned stop, so that their sessions end before the leases
 * would expire by themselves.
 */
public final class EarlyLeaseExpiry {
    private final Vertx vertx;
    private final LaneStore lanes;

    public EarlyLeaseExpiry(Vertx vertx, LaneStore lanes) {
        this.vertx = vertx;
        this.lanes = lanes;
    }

    /** A node that only lost contact to the others goes on renewing and keeps its leases. May be called on any thread. */
    public void expireAfterGrace(String node) {
        vertx.setTimer(
                LaneStore.EARLY_EXPIRY_MS,
                any -> lanes.expireStale(node)); // where this fails, they expire by themselves
    }
}
