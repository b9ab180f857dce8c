package dev.portcullis.streams;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;

/** Names a stream: a room, a user's inbox, or one of the server's own. */
public record StreamName(String value) {
    /** Sessions ended and bans begun before their time: what every edge must know within a second. */
    public static final StreamName CUTOFFS = new StreamName("cutoffs");

    public static StreamName room(RoomId room) {
        return new StreamName("room:" + room.value());
    }

    public static StreamName inbox(UserId user) {
        return new StreamName("inbox:" + user.value());
    }

    public int lane() {
        return Lanes.of(value);
    }
}
