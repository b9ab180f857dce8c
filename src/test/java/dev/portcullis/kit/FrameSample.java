package dev.portcullis.kit;

import dev.portcullis.protocol.FrameType;
import io.vertx.core.json.JsonObject;
import java.util.UUID;

/**
 * A valid frame of each type, with these ids. Without one for a new type this does not compile.
 *
 * @param recipientId to whom direct messages go
 * @param userId whom {@code remove_user} names
 * @param messageId of the room
 * @param token of the sender
 */
public record FrameSample(String roomId, String recipientId, String userId, String messageId, String token) {

    public JsonObject of(FrameType type) {
        return switch (type) {
            case AUTH, TOKEN_REFRESH -> frame(type).put("token", token);
            case JOIN, LEAVE, HISTORY, PRESENCE -> inRoom(type);
            case CHAT -> inRoom(type).put("content", "hi").put("replyTo", messageId);
            case CHAT_MESSAGE ->
                frame(type)
                        .put("recipientId", recipientId)
                        .put("content", "hi")
                        .put("replyTo", UUID.randomUUID().toString());
            case EDIT_MESSAGE -> inRoom(type).put("messageId", messageId).put("content", "other");
            case DELETE_MESSAGE -> inRoom(type).put("messageId", messageId);
            case TYPING_INDICATOR -> inRoom(type).put("isTyping", true);
            case READ -> inRoom(type).put("seq", 1);
            case REMOVE_USER -> inRoom(type).put("userId", userId);
            case SYSTEM_BROADCAST -> frame(type).put("content", "hear");
            case ACK -> frame(type).put("inboxSeq", 1);
            case FILE_UPLOAD ->
                inRoom(type).put("name", "a.txt").put("size", 10).put("mime", "text/plain");
            case EVENT -> inRoom(type).put("event", "poll.vote").put("data", new JsonObject().put("option", 1));
            case PING, HEALTH_CHECK -> frame(type);
        };
    }

    private JsonObject inRoom(FrameType type) {
        return frame(type).put("roomId", roomId);
    }

    private static JsonObject frame(FrameType type) {
        return new JsonObject().put("type", type.id());
    }
}
