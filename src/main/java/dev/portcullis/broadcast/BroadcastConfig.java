package dev.portcullis.broadcast;

import dev.portcullis.config.Section;

/**
 * @param publishTimeoutMs how long a message may look for a stage that appends it
 * @param historyBytes the messages in the largest answer to {@code history}
 * @param messageBytes the largest message, encoded for delivery
 * @param interestBits a power of two
 * @param barsPerRoom how many users a room may bar at a time
 */
public record BroadcastConfig(
        long publishTimeoutMs, int historyBytes, int messageBytes, int interestBits, int barsPerRoom) {
    public static BroadcastConfig read(Section broadcast) {
        BroadcastConfig config = new BroadcastConfig(
                broadcast.millis(
                        "publishTimeoutMs",
                        2_800,
                        100,
                        4_500,
                        "how long a message is tried before its outcome is unavailable"),
                broadcast.integer(
                        "historyBytes",
                        255 << 10,
                        65_536,
                        1 << 20,
                        "bytes of messages in one answer to history; the frame around them comes on top"),
                broadcast.integer("messageBytes", 65_536, 1_024, 1 << 20, "bytes of one delivered message"),
                broadcast.integer(
                        "interestBits",
                        1 << 16,
                        1 << 10,
                        1 << 20,
                        "size of the bit set in which an edge node tells what it carries: a power of two, the same on all"
                                + " nodes"),
                broadcast.integer("barsPerRoom", 10_000, 1, 1_000_000, "users that one room may bar at a time"));
        int below = Integer.highestOneBit(config.interestBits);
        if (config.interestBits != below) {
            broadcast.problem(
                    "interestBits", "is no power of two", "the nearest ones are " + below + " and " + 2 * below);
        }
        return config;
    }
}
