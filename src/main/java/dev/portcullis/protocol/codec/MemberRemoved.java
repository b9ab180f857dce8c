package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/**
 * That a user was put out of a room, as its members get it, but for its place.
 *
 * @param reason safe as HTML
 */
public record MemberRemoved(RoomId roomId, UserId userId, Optional<String> reason, long timestamp) {
    public static final String TYPE = "member_removed";

    private static final int USUAL_SIZE = 192;

    /** Encoded from {@code "type"} on: whoever knows epoch and seq puts them in front, with the opening brace. */
    public byte[] body() {
        return new JsonWriter(USUAL_SIZE)
                .text("type", TYPE)
                .text("roomId", roomId.value())
                .text("userId", userId.value())
                .text("reason", reason)
                .number("timestamp", timestamp)
                .close()
                .toBytes();
    }
}
