package dev.portcullis.streams;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;

/** Names a stream: a room, a user's inbox, or one of the server's own. */
public record StreamName(String value) {
    private static final String CUTOFFS = "cutoffs:";

    /**
     * The cut-offs of the users of one lane: sessions that were ended early, which every edge must know within a second.
     * The stream is stored in the lane of its users, so a lost lane affects only its own users.
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

    /** No room or inbox is mistaken for it: their names have other prefixes. */
    public boolean isCutoffs() {
        return value.startsWith(CUTOFFS);
    }

    public int lane() {
        return value.startsWith(CUTOFFS) ? Integer.parseInt(value.substring(CUTOFFS.length())) : Lanes.of(value);
    }
}
