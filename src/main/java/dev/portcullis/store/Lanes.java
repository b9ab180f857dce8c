package dev.portcullis.store;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * What is changed together must lie together: everything stored of one stream, and of one user, is in one of these
 * lanes. In Redis a lane is a hash tag, so that a script touches one slot of a Redis Cluster.
 */
public final class Lanes {
    public static final int COUNT = 256;

    private Lanes() {}

    /** The same on every node and for ever: it is part of the keys in the store. */
    public static int of(String name) {
        CRC32 sum = new CRC32();
        sum.update(name.getBytes(StandardCharsets.UTF_8));
        return (int) (sum.getValue() % COUNT);
    }
}
