package dev.portcullis.cluster.history;

import java.util.List;

/**
 * The size of a history, so that an empty one can't pass for a sound one.
 *
 * @param lost positions that the server reported as lost; no finding, but a test must expect them
 * @param removed pairs of a room and a user removed from it
 * @param forgotten entries that a client knew and that the store lost in a declared loss
 */
public record Counts(
        int sent,
        int acked,
        int unknown,
        int delivered,
        int replayed,
        int resumed,
        int lost,
        int disconnects,
        int removed,
        int forgotten) {
    static Counts of(List<Moment> moments, ObservedPositions positions) {
        int[] n = new int[8];
        for (Moment each : moments) {
            ClientEvent event = each.event();
            n[0] += event instanceof ClientEvent.Sent ? 1 : 0;
            n[1] += event instanceof ClientEvent.Acked ? 1 : 0;
            n[2] += event instanceof ClientEvent.Refused ? 1 : 0;
            n[3] += event instanceof ClientEvent.Delivered ? 1 : 0;
            n[4] += event instanceof ClientEvent.Delivered ? 0 : event.entries().size();
            if (event instanceof ClientEvent.Joined joined) {
                n[5] += joined.recovered() ? 1 : 0;
                n[6] += !joined.recovered()
                                && (!joined.requested() || joined.since().isPresent())
                        ? 1
                        : 0;
            }
            n[7] += event instanceof ClientEvent.Disconnected ? 1 : 0;
        }
        return new Counts(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], positions.removed(), positions.forgotten());
    }
}
