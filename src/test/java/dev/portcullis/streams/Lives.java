package dev.portcullis.streams;

/** Tells a node what otherwise only its leases would. */
public final class Lives {
    private Lives() {}

    public static void end(NodeLife life) {
        life.end(life.incarnation());
    }

    public static void forget(NodeLife life) {
        for (int lane = 0; lane < 256; lane++) {
            life.forgot(lane);
        }
    }
}
