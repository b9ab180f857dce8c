package dev.portcullis.streams;

import dev.portcullis.store.Lanes;
import dev.portcullis.streams.lane.NodeIncarnation;

/** Ends incarnations and loses lanes of a node, which otherwise only its leases do. */
public final class IncarnationControl {
    private IncarnationControl() {}

    public static void endIncarnation(NodeIncarnation node) {
        node.startNext(node.incarnation());
    }

    public static void loseAllLanes(NodeIncarnation node) {
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            node.laneLost(lane, NodeIncarnation.EVERYTHING);
        }
    }
}
