package dev.portcullis.streams;

import dev.portcullis.store.Lanes;

/** Tells a node what otherwise only its leases would. */
public final class Lives {
    private Lives() {}

    public static void end(NodeLife life) {
        life.end(life.incarnation());
    }

    public static void forget(NodeLife life) {
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            life.forgot(lane, NodeLife.EVERYTHING);
        }
    }
}
