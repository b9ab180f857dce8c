package dev.portcullis.kit;

import dev.portcullis.protocol.FrameType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import java.util.UUID;

/**
 * A valid frame of each type, with these ids. It has the fields that its schema requires.
 *
 * @param recipientId to whom direct messages go
 * @param userId whom {@code remove_user} names
 * @param messageId of the room
 * @param token of the sender
 */
public record FrameSample(String roomId, String recipientId, String userId, String messageId, String token) {

    public JsonObject of(FrameType type) {
        JsonObject schema = PublishedSchemas.of(type);
        JsonObject frame = new JsonObject();
        Set<String> required = PublishedSchemas.names(schema, "required");
        required.forEach(name -> frame.put(name, value(type, name)));
        JsonArray alternatives = schema.getJsonArray("oneOf", new JsonArray());
        if (!alternatives.isEmpty()) {
            PublishedSchemas.names(alternatives.getJsonObject(0), "required")
                    .forEach(name -> frame.put(name, value(type, name)));
        }
        if (schema.getJsonObject("properties").containsKey("replyTo")) {
            frame.put(
                    "replyTo",
                    frame.containsKey("roomId") ? messageId : UUID.randomUUID().toString());
        }
        return frame;
    }

    private Object value(FrameType type, String field) {
        return switch (field) {
            case "type" -> type.id();
            case "token" -> token;
            case "roomId" -> roomId;
            case "recipientId" -> recipientId;
            case "userId" -> userId;
            case "messageId" -> messageId;
            case "content" -> "hi";
            case "query" -> "hi";
            case "isTyping" -> true;
            case "seq", "inboxSeq" -> 1;
            case "name" -> "a.txt";
            case "size" -> 10;
            case "mime" -> "text/plain";
            case "event" -> "poll.vote";
            case "data" -> new JsonObject().put("option", 1);
            default -> throw new IllegalStateException("no sample of " + field);
        };
    }
}
