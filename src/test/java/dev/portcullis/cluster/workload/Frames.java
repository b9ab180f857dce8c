package dev.portcullis.cluster.workload;

import dev.portcullis.cluster.history.ClientEvent;
import dev.portcullis.cluster.history.Entry;
import dev.portcullis.protocol.Position;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** Encodes frames of clients, and translates frames of the server into events. */
final class Frames {
    private Frames() {}

    static JsonObject chat(String id, String room, String body) {
        return new JsonObject()
                .put("type", "chat")
                .put("id", id)
                .put("roomId", room)
                .put("content", body);
    }

    static JsonObject removal(String id, String room, String user) {
        return new JsonObject()
                .put("type", "remove_user")
                .put("id", id)
                .put("roomId", room)
                .put("userId", user);
    }

    static JsonObject join(String id, List<RoomState> wanted) {
        JsonArray rooms = new JsonArray();
        for (RoomState each : wanted) {
            JsonObject request = new JsonObject().put("roomId", each.room());
            each.since()
                    .ifPresent(at -> request.put(
                            "since", new JsonObject().put("epoch", at.epoch()).put("seq", at.seq())));
            rooms.add(request);
        }
        return new JsonObject().put("type", "join").put("id", id).put("rooms", rooms);
    }

    static ClientEvent.Joined joined(JsonObject frame, Optional<Position> since) {
        boolean asked = frame.containsKey("id");
        return new ClientEvent.Joined(
                frame.getString("roomId"),
                asked,
                asked ? since : Optional.empty(),
                position(frame),
                frame.getBoolean("recovered"),
                frame.getBoolean("more"),
                entries(frame));
    }

    static ClientEvent.Acked acked(JsonObject frame) {
        return new ClientEvent.Acked(
                frame.getString("roomId"), frame.getString("id"), frame.getString("messageId", ""), position(frame));
    }

    static Entry entry(JsonObject frame) {
        boolean removal = Entry.REMOVAL.equals(frame.getString("type"));
        String user = frame.getString("userId");
        return new Entry(
                frame.getString("roomId"),
                position(frame),
                frame.getString("type"),
                frame.getString("messageId", ""),
                removal ? "" : user,
                removal ? user : frame.getString("content"));
    }

    private static List<Entry> entries(JsonObject frame) {
        return frame.getJsonArray("messages").stream()
                .map(each -> entry((JsonObject) each))
                .toList();
    }

    private static Position position(JsonObject frame) {
        return new Position(frame.getString("epoch"), frame.getLong("seq"));
    }
}
