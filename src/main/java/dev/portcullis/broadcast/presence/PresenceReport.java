package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Map;

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

    /**
     * The report of an edge node about one room.
     *
     * @param watched whether a client there wants the changes
     * @param sessions the users whose number of sessions changed, with the new number; 0 for a user who is gone
     */
    record RoomReport(RoomId room, Kind kind, boolean watched, Map<UserId, Integer> sessions) {
        /** The reason for the report. */
        enum Kind {
            /** Users came or went. */
            CHANGED,
            /** The room had another owner. Its users were there before. */
            MOVED_HERE,
            /** The room has another owner. Its users have not gone. */
            MOVED_AWAY
        }

        /** Whether the report is about this user; where the room moves away, it is about all. */
        boolean concerns(UserId user) {
            return kind == Kind.MOVED_AWAY || sessions.containsKey(user);
        }
    }
}
