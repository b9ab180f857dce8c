package dev.portcullis.broadcast.presence;

import java.util.List;

/**
 * A report of an edge node to an owner: the number of sessions of each user in each room. The numbers are absolute, so that a
 * report may be repeated.
 *
 * @param incarnation the run of the node; it differs after each start
 * @param number the report's number; it grows with each report to this owner, so that a late report is recognized
 * @param view the instances that the node shares its rooms out to
 * @param first whether the owner has to forget what the node told before
 * @param complete whether the owner then knows everything that the node has to tell it
 */
record PresenceReport(
        String node,
        long incarnation,
        long number,
        PresenceView view,
        boolean first,
        boolean complete,
        List<RoomReport> rooms) {

    /** Whether the owner knows the node, that is had a first report from it. */
    record Receipt(boolean known) {}
}
