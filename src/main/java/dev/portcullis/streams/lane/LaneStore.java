package dev.portcullis.streams.lane;

import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.List;

/**
 * Stores, for each lane, which streams had an append and which nodes hold a lease. Outside a Redis Cluster one call covers
 * many lanes; each lane is processed in one atomic step.
 */
public interface LaneStore {
    /** How long a lease lasts without a renewal. */
    long LEASE_MS = 10_000;

    /** After how long without a renewal a lease expires if the node has also left the cluster. */
    long EARLY_EXPIRY_MS = 3_000;

    /** How many lanes to tick together, because they are reached together or not at all. */
    int lanesAtOnce();

    /**
     * Renews the node's lease in each of these lanes and returns what moved there since the cursor, in the order of the
     * cursors. The future fails if any of the lanes could not be reached.
     */
    Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> cursors);

    /** Releases all leases at once, for a planned stop. */
    Future<Void> release(LeaseHolder leaseHolder);

    /** Expires the leases of another node, which seems dead, that were not renewed for {@link #EARLY_EXPIRY_MS}. */
    Future<Void> expireStale(String node);

    /**
     * The node that renews.
     *
     * @param incarnation its current incarnation
     * @param sinceLastTickMs how long ago, by the node's own clock, its last tick of these lanes began; 0 for the first
     */
    record LeaseHolder(String incarnation, long sinceLastTickMs) {}

    /**
     * What the node knows of a lane.
     *
     * @param fork the last known fork; empty at first
     * @param laneSeq the last known lane counter
     */
    record LaneCursor(int lane, String fork, long laneSeq) {
        public static LaneCursor unknown(int lane) {
            return new LaneCursor(lane, "", 0);
        }
    }

    /**
     * The result of a tick of one lane.
     *
     * @param cursor the cursor for the next tick
     * @param complete whether {@code moved} names all streams that moved; else any followed stream of the lane may have
     * @param storeMillis the time of the tick by the store's clock, and of the renewal, if there was one
     * @param survived in a fork that the cursor did not know: the {@code storeMillis} of the renewal that survived the
     *     fork, together with everything written to the lane before it; 0 where none did
     */
    record LaneTick(
            Lease lease, LaneCursor cursor, boolean complete, List<Moved> moved, long storeMillis, long survived) {}

    /** A stream's last append. A node that has seen this lane counter, or a later one, in the stream missed nothing. */
    record Moved(StreamName stream, long laneSeq) {}

    /** The state of the node's lease in a lane after a tick. */
    enum Lease {
        /** Renewed. */
        HELD,
        /** Acquired again, because the lane forked or lost its data: sessions that were lost must be registered again. */
        ACQUIRED,
        /** Not renewed: the store accepts no writes now. The lease keeps its age. */
        UNRENEWED,
        /** Expired, and other nodes have acted on that: the incarnation has ended. */
        ENDED
    }
}
