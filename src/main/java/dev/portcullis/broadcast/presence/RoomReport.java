package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.Map;

/**
 * What an edge node tells about one room.
 *
 * @param watched whether a client there wants the changes
 * @param sessions of users whose number changed; 0 for one who is gone
 */
record RoomReport(RoomId room, Kind kind, boolean watched, Map<UserId, Integer> sessions) {
    /** Why the owner is told. */
    enum Kind {
        /** Users came or went. */
        CHANGED,
        /** The room had another owner. Its users were there before. */
        MOVED_HERE,
        /** The room has another owner. Its users have not gone. */
        MOVED_AWAY
    }

    /** Whether it tells of this user: where the room moves away, of all. */
    boolean concerns(UserId user) {
        return kind == Kind.MOVED_AWAY || sessions.containsKey(user);
    }
}
