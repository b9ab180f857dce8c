package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * The removal of a user from a room, as its members receive it, without its position.
 *
 * @param reason safe as HTML
 */
public record MemberRemoved(RoomId roomId, UserId userId, Optional<String> reason, long timestamp) {
    public static final String TYPE = "member_removed";

    private static final int TYPICAL_SIZE = 192;

    /**
     * The JSON from {@code "type"} on. The caller that knows epoch and seq puts them in front, with the opening brace.
     */
    public byte[] body() {
        return new JsonWriter(TYPICAL_SIZE)
                .text("type", TYPE)
                .text("roomId", roomId.value())
                .text("userId", userId.value())
                .text("reason", reason)
                .number("timestamp", timestamp)
                .close()
                .toBytes();
    }

    /** The end of a room, as those who had joined it receive it, without its position. */
    public record RoomDeleted(RoomId roomId, long timestamp) {
        public static final String TYPE = "room_deleted";

        /** The JSON from {@code "type"} on, as of the removal of one user. */
        public byte[] body() {
            return new JsonWriter(TYPICAL_SIZE)
                    .text("type", TYPE)
                    .text("roomId", roomId.value())
                    .number("timestamp", timestamp)
                    .close()
                    .toBytes();
        }
    }
}
