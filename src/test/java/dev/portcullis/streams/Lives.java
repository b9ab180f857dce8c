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
            life.forgot(lane);
        }
    }

    /** As a watch that renewed the leases of all lanes then, by {@link System#nanoTime()}. */
    public static void renew(NodeLife life, long nanos) {
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            life.renewed(lane, nanos);
        }
    }
}
