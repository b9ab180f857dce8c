package dev.portcullis.broadcast;

import dev.portcullis.broadcast.amend.AmendConfig;
import dev.portcullis.broadcast.moderation.ModerationConfig;
import dev.portcullis.broadcast.presence.PresenceConfig;
import dev.portcullis.config.Section;
import java.util.Optional;

/**
 * @param moderation the service that is asked about messages; empty if there is none
 * @param amend the bounds on editing messages
 */
public record BroadcastConfig(
        long publishTimeoutMs,
        int historyBytes,
        int messageBytes,
        int interestBits,
        int barsPerRoom,
        Optional<ModerationConfig> moderation,
        AmendConfig amend,
        NotificationConfig notifications,
        PresenceConfig presence) {

    /** @param hook the section {@code content.hook} */
    public static BroadcastConfig read(Section broadcast, Section hook) {
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
                        "size of the bit set in which an edge node announces the streams it follows: a power of two, the"
                                + " same on all nodes"),
                broadcast.integer("barsPerRoom", 10_000, 1, 1_000_000, "users that one room may bar at a time"),
                ModerationConfig.read(hook),
                AmendConfig.read(broadcast),
                NotificationConfig.read(broadcast.section("notifications")),
                PresenceConfig.read(broadcast.section("presence")));
        int lower = Integer.highestOneBit(config.interestBits);
        if (config.interestBits != lower) {
            broadcast.problem(
                    "interestBits", "is no power of two", "the nearest ones are " + lower + " and " + 2 * lower);
        }
        return config;
    }
}
