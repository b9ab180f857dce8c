package dev.portcullis.streams;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;

/** Names a stream: a room, a user's inbox, or one of the server's own. */
public record StreamName(String value) {
    private static final String CUTOFFS = "cutoffs:";

    /**
     * Sessions ended before their time, of the users of one lane: what every edge must know within a second. It lies where
     * all lies that is theirs, so a lane that is lost stops nobody else.
     */
    public static StreamName cutoffs(int lane) {
        return new StreamName(CUTOFFS + lane);
    }

    public static StreamName room(RoomId room) {
        return new StreamName("room:" + room.value());
    }

    public static StreamName inbox(UserId user) {
        return new StreamName("inbox:" + user.value());
    }

    /** Room and inbox names have a prefix of their own. */
    public boolean isCutoffs() {
        return value.startsWith(CUTOFFS);
    }

    public int lane() {
        return value.startsWith(CUTOFFS) ? Integer.parseInt(value.substring(CUTOFFS.length())) : Lanes.of(value);
    }
}
