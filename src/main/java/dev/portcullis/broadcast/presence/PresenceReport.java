package dev.portcullis.broadcast.presence;

import java.util.List;

/**
 * What an edge node tells an owner: how many sessions of which users it has in which rooms. The numbers are absolute, so
 * that a report may be repeated.
 *
 * @param incarnation differs after each start of the node
 * @param number grows with each report to this owner; a report that comes late is recognized by it
 * @param view the instances that the node shares its rooms out to
 * @param first whether the owner has to forget what the node told before
 * @param complete whether the owner then knows all that the node has to tell it
 */
record PresenceReport(
        String node,
        long incarnation,
        long number,
        PresenceView view,
        boolean first,
        boolean complete,
        List<RoomReport> rooms) {

    /**
     * Whether the owner knows the node, that is had a first report of it.
     */
    record Receipt(boolean known) {}
}
