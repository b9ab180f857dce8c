package dev.portcullis.broadcast.presence;

import dev.portcullis.config.Section;

public record PresenceConfig(
        long leaseMs,
        int changesUpTo,
        int signalsUpTo,
        int typists,
        int typistsPerRoom,
        int marksPerRoom,
        int waitingMarks) {

    public static PresenceConfig read(Section presence) {
        return new PresenceConfig(
                presence.millis(
                        "leaseMs",
                        15_000,
                        5_000,
                        35_000,
                        "after so long without a report of an edge node its clients are in no room any more; the same"
                                + " on all nodes"),
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
                        "a room with more users sends neither typing indicators nor read marks"),
                presence.integer("typists", 10_000, 1, 1_000_000, "users that one instance of the stage shows typing"),
                presence.integer(
                        "typistsPerRoom",
                        20,
                        1,
                        10_000,
                        "users that are shown typing in one room, or to one user, at a time"),
                presence.integer("marksPerRoom", 1_000, 1, 100_000, "read marks that are kept of one room"),
                presence.integer(
                        "waitingMarks",
                        100_000,
                        1,
                        10_000_000,
                        "read marks that wait up to a second for being sent, in one instance of the stage"));
    }
}
