package dev.portcullis.store;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Assigns each stream and each user to a lane. All data of one stream, and of one user, is in one lane, since it is
 * changed together. In Redis a lane is a hash tag, so that a script touches one slot of a Redis Cluster.
 */
public final class Lanes {
    public static final int COUNT = 256;

    private Lanes() {}

    /** The lane of a name. It must never change, and is the same on every node: the lane is part of the keys in the store. */
    public static int of(String name) {
        CRC32 sum = new CRC32();
        sum.update(name.getBytes(StandardCharsets.UTF_8));
        return (int) (sum.getValue() % COUNT);
    }

    /**
     * Assigns a lane to one of a node's shards. Senders and receivers of an entry must agree, or the entry misses its subscribers
     * without a trace.
     */
    public static int shardOf(int lane, int shards) {
        return lane % shards;
    }
}
