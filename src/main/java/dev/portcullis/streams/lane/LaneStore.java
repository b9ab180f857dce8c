package dev.portcullis.streams.lane;

import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Stores, for each lane, which streams had an append and which nodes hold a lease. One call covers many lanes outside a Redis
 * Cluster; each lane is processed in one atomic step.
 */
public interface LaneStore {
    /** How long a lease lasts without a renewal. */
    long LEASE_MS = 10_000;

    /** The time without a renewal after which a lease expires early, if the node has also left the cluster. */
    long EARLY_EXPIRY_MS = 3_000;

    /** The number of lanes to tick together, because they are reached together or not at all. */
    int lanesAtOnce();

    /**
     * Renews the node's lease in each of these lanes, and returns the streams that moved there since the cursor, in the order of
     * the cursors. The future fails if any of the lanes could not be reached.
     */
    Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> cursors);

    /** Releases all leases at once, for a planned stop. */
    Future<Void> release(LeaseHolder leaseHolder);

    /** Expires the leases of another node, which seems dead, that were not renewed for {@link #EARLY_EXPIRY_MS}. */
    Future<Void> expireStale(String node);

    /**
     * Expires the leases of a node that left the cluster without a planned stop, so that its sessions end before the leases would
     * expire by themselves. A node that only lost contact to the others goes on renewing and keeps its leases.
     */
    default void expireAfterGrace(Vertx vertx, String node) {
        vertx.setTimer(EARLY_EXPIRY_MS, any -> expireStale(node)); // where this fails, they expire by themselves
    }

    /**
     * The incarnations that have a lease in each of these lanes. A lane in which no lease is judged now, because the store was
     * away, is left out. This default leaves out all, as for a store whose only node loses no lease.
     */
    default Future<Map<Integer, Set<String>>> leases(List<Integer> lanes) {
        return Future.succeededFuture(Map.of());
    }

    /**
     * The node that renews.
     *
     * @param sinceLastTickMs the time since its last tick of these lanes began, by the node's own clock; 0 for the first
     */
    record LeaseHolder(String incarnation, long sinceLastTickMs) {}

    /**
     * A state of a lane: that which the node knows, or that of one append.
     *
     * @param fork the last known fork; empty at first
     */
    record LaneCursor(int lane, String fork, long laneSeq) {
        public static LaneCursor unknown(int lane) {
            return new LaneCursor(lane, "", 0);
        }

        /** Whether who knows the lane up to here knows the other state. What another fork had is not known. */
        public boolean includes(LaneCursor other) {
            return lane == other.lane && fork.equals(other.fork) && laneSeq >= other.laneSeq;
        }
    }

    /**
     * The result of a tick of one lane.
     *
     * @param complete whether {@code moved} names all streams that moved; if not, any followed stream of the lane may have moved
     * @param storeMillis the time of the tick by the store's clock, and of the renewal, if there was one
     * @param survived the {@code storeMillis} of the renewal that survived a fork which the cursor did not know, together with
     * everything written to the lane before it; 0 where none did
     */
    record LaneTick(
            Lease lease, LaneCursor cursor, boolean complete, List<Moved> moved, long storeMillis, long survived) {}

    /** A stream's last append. A node that has seen this lane counter, or a later one, in the stream missed nothing. */
    record Moved(StreamName stream, long laneSeq) {}

    /** The state of the node's lease in a lane after a tick. */
    enum Lease {
        /** The lease was renewed. */
        HELD,
        /**
         * The lease was acquired again, because the lane forked or lost its data: sessions that were lost must be registered
         * again.
         */
        ACQUIRED,
        /** The lease was not renewed: the store accepts no writes now. The lease keeps its age. */
        UNRENEWED,
        /** The lease expired, and other nodes have acted on that: the incarnation has ended. */
        ENDED
    }
}
