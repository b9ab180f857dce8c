package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.Map;

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
