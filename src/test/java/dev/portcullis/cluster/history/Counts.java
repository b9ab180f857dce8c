package dev.portcullis.cluster.history;

import java.util.List;

/**
 * How much a history holds, so that an empty one can't pass for a good one.
 *
 * @param lost places that the server could not keep: excused, but to be explained
 * @param removed users, each from a room
 * @param forgotten entries that somebody was told of and that the store forgot, which was excused
 */
public record Counts(
        int sent,
        int acked,
        int unknown,
        int heard,
        int replayed,
        int resumed,
        int lost,
        int cuts,
        int removed,
        int forgotten) {
    static Counts of(List<Moment> moments, Places places) {
        int[] n = new int[8];
        for (Moment each : moments) {
            ClientEvent event = each.event();
            n[0] += event instanceof ClientEvent.Sent ? 1 : 0;
            n[1] += event instanceof ClientEvent.Acked ? 1 : 0;
            n[2] += event instanceof ClientEvent.Refused ? 1 : 0;
            n[3] += event instanceof ClientEvent.Heard ? 1 : 0;
            n[4] += event instanceof ClientEvent.Heard ? 0 : event.entries().size();
            if (event instanceof ClientEvent.Joined joined) {
                n[5] += joined.recovered() ? 1 : 0;
                n[6] += !joined.recovered()
                                && (!joined.asked() || joined.since().isPresent())
                        ? 1
                        : 0;
            }
            n[7] += event instanceof ClientEvent.Cut ? 1 : 0;
        }
        return new Counts(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], places.removed(), places.forgotten());
    }
}
