package dev.portcullis.streams;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Names a stream: a room, a user's inbox, or one of the server's own. */
public record StreamName(String value) {
    public static final int LANES = 256;

    /** Sessions ended and bans begun before their time: what every edge must know within a second. */
    public static final StreamName CUTOFFS = new StreamName("cutoffs");

    public static StreamName room(RoomId room) {
        return new StreamName("room:" + room.value());
    }

    public static StreamName inbox(UserId user) {
        return new StreamName("inbox:" + user.value());
    }

    /** The same on every node and for ever: it is part of the keys in the store. */
    public int lane() {
        CRC32 sum = new CRC32();
        sum.update(value.getBytes(StandardCharsets.UTF_8));
        return (int) (sum.getValue() % LANES);
    }
}
