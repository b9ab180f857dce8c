package dev.portcullis.edge.api.asyncapi;

import dev.portcullis.events.EventType;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.events.EventType.Source;
import dev.portcullis.events.EventTypes;
import dev.portcullis.json.EmbeddedSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The messages of the application's own events. Each is the frame {@code event} with one name and the data of one schema, which stands
 * in the document as it is written; {@code /events.json} has it with the rules.
 */
final class EventMessages {
    private static final String SCHEMAS = "#/components/schemas/";
    private static final String MESSAGES = "#/channels/ws/messages/";

    private final Map<String, Object> messages = new LinkedHashMap<>();
    private final Map<String, Object> schemas = new LinkedHashMap<>();
    private final Map<String, EventType> fromClients = new LinkedHashMap<>();
    private final Map<String, EventType> fromServer = new LinkedHashMap<>();

    EventMessages(EventTypes events) {
        for (EventType type : events.all()) {
            String data = "event." + type.id();
            schemas.put(data, EmbeddedSchema.of(type.schema(), SCHEMAS + data));
            if (type.from() == Source.CLIENTS) {
                add(type, data, "FromClient", fromClients);
            }
            add(type, data, "FromServer", fromServer);
        }
    }

    Map<String, Object> messages() {
        return messages;
    }

    Map<String, Object> schemas() {
        return schemas;
    }

    /** @param answers makes a reply of the types that a frame is answered by */
    Map<String, Object> operations(Function<List<String>, Map<String, Object>> answers) {
        Map<String, Object> operations = new LinkedHashMap<>();
        fromClients.forEach((key, type) -> {
            Map<String, Object> operation = operation("receive", key, type);
            operation.put("reply", answers.apply(List.of("ack")));
            operations.put("receive." + type.id(), operation);
        });
        fromServer.forEach((key, type) -> operations.put("send." + type.id(), operation("send", key, type)));
        return operations;
    }

    private void add(EventType type, String data, String direction, Map<String, EventType> into) {
        String key = data + "." + direction;
        schemas.put(key, envelope(type, data, direction.equals("FromServer")));
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("name", type.id());
        message.put("title", type.id());
        message.put("summary", String.valueOf(type.schema().getOrDefault("title", "An event of the application")));
        if (type.schema().get("description") instanceof String description) {
            message.put("description", description);
        }
        message.put("contentType", "application/json");
        message.put("payload", Map.of("$ref", SCHEMAS + key));
        message.put("x-schema", "/events.json");
        messages.put(key, message);
        into.put(key, type);
    }

    private static Map<String, Object> operation(String action, String key, EventType type) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("action", action);
        operation.put("channel", Map.of("$ref", "#/channels/ws"));
        operation.put("title", type.id());
        operation.put("messages", List.of(Map.of("$ref", MESSAGES + key)));
        type.minute().ifPresent(minute -> operation.put("x-perMinute", (long) minute));
        return operation;
    }

    private static Map<String, Object> envelope(EventType type, String data, boolean fromServer) {
        Map<String, Object> text = Map.of("type", "string");
        Map<String, Object> number = Map.of("type", "integer");
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", Map.of("const", "event"));
        if (type.destinations().contains(Destination.ROOM)) {
            fields.put("roomId", text);
        }
        if (type.destinations().contains(Destination.DIRECT)) {
            fields.put("recipientId", text);
        }
        fields.put("event", Map.of("const", type.id()));
        fields.put("data", Map.of("$ref", SCHEMAS + data));
        if (!fromServer) {
            fields.put("id", text);
        } else {
            if (type.stored()) {
                fields.put("messageId", text);
                fields.put("epoch", text);
                fields.put("seq", number);
            }
            fields.put("userId", text);
            fields.put("timestamp", number);
        }
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("type", "object");
        envelope.put("required", List.of("type", "event", "data"));
        envelope.put("properties", fields);
        return envelope;
    }
}
