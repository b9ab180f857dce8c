package dev.portcullis.streams.lane;

import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.List;

/**
 * Where the lanes keep count of what moves in them, and which nodes hold a lease there. Outside a Redis Cluster one
 * call looks at many lanes; what is done for one lane is one atomic step.
 */
public interface LaneStore {
    /** How long a lease lasts that is not renewed. */
    long LAPSE_MS = 10_000;

    /** How long a node may leave its leases unrenewed once there is another reason to think it dead. */
    long EARLY_MS = 3_000;

    /** How many lanes are best ticked together, since they are reached together or not at all. */
    int lanesAtOnce();

    /**
     * Renews the node's lease in each of these lanes, and tells what moved there since the mark. Answers arrive lane by
     * lane, in the order of the marks; the future fails if any lane could not be reached.
     */
    Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> marks);

    /** Gives all leases up at once: a planned stop. */
    Future<Void> release(LeaseHolder leaseHolder);

    /** Ends the lives of another node, which is thought dead, wherever it left its lease unrenewed for {@link #EARLY_MS}. */
    Future<Void> expireStale(String node);

    /**
     * Who renews.
     *
     * @param incarnation the node's present life
     * @param silentMs how long ago, by the node's own clock, its last tick of these lanes began; 0 for the first
     */
    record LeaseHolder(String incarnation, long silentMs) {}

    /**
     * What the node knows of a lane.
     *
     * @param fork the fork that it saw there last; empty at first
     */
    record LaneCursor(int lane, String fork, long laneSeq) {
        public static LaneCursor unknown(int lane) {
            return new LaneCursor(lane, "", 0);
        }
    }

    /**
     * What a lane answers.
     *
     * @param mark to be given at the next tick
     * @param complete whether {@code moved} names all that moved; else every carried stream of the lane may have
     * @param millis when that was so, by the store's clock; a lease that was renewed was renewed then
     * @param survived in a fork that the mark did not know: the {@code millis} of the renewal whose lease came through it, and
     *     with that all that was written to the lane before; 0 where none did
     */
    record LaneTick(Lease lease, LaneCursor mark, boolean complete, List<Moved> moved, long millis, long survived) {}

    /** A stream's last append. Who carries it and has met a later turn of its lane has missed nothing. */
    record Moved(StreamName stream, long laneSeq) {}

    /** What became of the node's lease in a lane. */
    enum Lease {
        /** Renewed; nobody took it for lost. */
        HELD,
        /** Taken anew, since the lane forked or has lost its memory: sessions that did not come through must be said again. */
        ACQUIRED,
        /** The store takes no writes now. The lease is as old as it was. */
        UNRENEWED,
        /** It had lapsed, and others have acted on that: the incarnation is over. */
        ENDED
    }
}
