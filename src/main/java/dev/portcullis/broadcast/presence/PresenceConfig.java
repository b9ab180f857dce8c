package dev.portcullis.broadcast.presence;

import dev.portcullis.config.Section;

/** The section {@code broadcast.presence}: up to which size a room tells who comes, types and has read. */
public record PresenceConfig(int changesUpTo, int signalsUpTo) {
    /** After so long without a report of an edge node its clients are in no room any more; the same on all nodes. */
    static final long LEASE_MS = 15_000;

    public static PresenceConfig read(Section presence) {
        return new PresenceConfig(
                presence.integer(
                        "changesUpTo",
                        1_000,
                        0,
                        100_000,
                        "a room with more users sends no presence_change; who asks is told the count"),
                presence.integer(
                        "signalsUpTo",
                        200,
                        0,
                        100_000,
                        "a room with more users sends neither typing indicators nor read marks"));
    }
}
