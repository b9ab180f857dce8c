package dev.portcullis.broadcast;

import dev.portcullis.broadcast.moderation.ModerationConfig;
import dev.portcullis.broadcast.presence.PresenceConfig;
import dev.portcullis.config.Section;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.streams.StreamWindow;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The sections {@code broadcast} and {@code content.hook}. */
public record BroadcastConfig(
        long publishTimeoutMs,
        int messageBytes,
        int interestBits,
        int barsPerRoom,
        long longestExpiryMs,
        Optional<ModerationConfig> moderation,
        AmendConfig amend,
        StreamWindow notifications,
        PresenceConfig presence) {
    /** The bytes of messages in one answer to history; the frame around them comes on top. */
    public static final int HISTORY_BYTES = 255 << 10;

    private static final long MOST_EXPIRY_MS = TimeUnit.DAYS.toMillis(30);

    /** @param hook the section {@code content.hook} */
    public static BroadcastConfig read(Section broadcast, Section hook, CircuitBreaker.Config breaker) {
        BroadcastConfig config = new BroadcastConfig(
                broadcast.millis(
                        "publishTimeoutMs",
                        2_800,
                        100,
                        4_500,
                        "how long a message is tried before its outcome is unavailable"),
                broadcast.integer("messageBytes", 65_536, 1_024, 1 << 20, "bytes of one delivered message"),
                broadcast.integer(
                        "interestBits",
                        1 << 16,
                        1 << 10,
                        1 << 20,
                        "size of the bit set in which an edge node announces the streams it follows: a power of two, the"
                                + " same on all nodes"),
                broadcast.integer("barsPerRoom", 10_000, 1, 1_000_000, "users that one room may bar at a time"),
                broadcast
                        .basic()
                        .millis(
                                "longestExpiryMs",
                                MOST_EXPIRY_MS,
                                0,
                                MOST_EXPIRY_MS,
                                "how long after its time a message may end by itself (expiresInMs); 0: no message may"),
                ModerationConfig.read(hook, breaker),
                AmendConfig.read(broadcast),
                notifications(broadcast.section("notifications")),
                PresenceConfig.read(broadcast.section("presence")));
        int lower = Integer.highestOneBit(config.interestBits);
        if (config.interestBits != lower) {
            broadcast.problem(
                    "interestBits", "is no power of two", "the nearest ones are " + lower + " and " + 2 * lower);
        }
        return config;
    }

    private static StreamWindow notifications(Section notifications) {
        return new StreamWindow(
                notifications.integer(
                        "entries", 100, 1, 10_000, "newest notifications that are kept for edges that are behind"),
                notifications.millis(
                        "ageMs",
                        TimeUnit.MINUTES.toMillis(10),
                        1_000,
                        TimeUnit.DAYS.toMillis(1),
                        "how old a notification may become before an edge that is behind leaves it out"));
    }

    /** The bounds on amending messages. */
    public record AmendConfig(long editWindowMs, int searched, int mostEdits) {

        public static AmendConfig read(Section broadcast) {
            return new AmendConfig(
                    broadcast.millis(
                            "editWindowMs",
                            TimeUnit.HOURS.toMillis(24),
                            1_000,
                            TimeUnit.DAYS.toMillis(365),
                            "how long its author may edit a message, which has to be kept too; it may be deleted as long as it"
                                    + " is kept"),
                    broadcast.integer(
                            "amendable",
                            1_000,
                            1,
                            100_000,
                            "newest entries of a room or an inbox whose messages may be edited and deleted; it bounds how long"
                                    + " an edit keeps the store busy"),
                    broadcast.integer(
                            "editsPerMessage",
                            50,
                            1,
                            100_000,
                            "edits that one message may have: each takes a place among the entries that are kept, which would"
                                    + " else be another message's"));
        }
    }
}
