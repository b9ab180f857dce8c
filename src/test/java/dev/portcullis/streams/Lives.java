package dev.portcullis.streams;

import dev.portcullis.store.Lanes;
import dev.portcullis.streams.lane.NodeIncarnation;

/** Tells a node what otherwise only its leases would. */
public final class Lives {
    private Lives() {}

    public static void end(NodeIncarnation life) {
        life.startNext(life.incarnation());
    }

    public static void forget(NodeIncarnation life) {
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            life.laneLost(lane, NodeIncarnation.EVERYTHING);
        }
    }
}
