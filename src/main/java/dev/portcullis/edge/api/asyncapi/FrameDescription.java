package dev.portcullis.edge.api.asyncapi;

import static dev.portcullis.edge.api.asyncapi.JsonResource.list;
import static dev.portcullis.edge.api.asyncapi.JsonResource.object;
import static dev.portcullis.edge.api.asyncapi.JsonResource.texts;

import dev.portcullis.protocol.codec.JsonSchemas;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The description of one frame in {@code frames.json}, with its schema. */
record FrameDescription(String type, boolean fromClient, String schemaName, Map<String, Object> about) {
    private static final String FROM_SERVER = "server/";

    static FrameDescription ofClient(String type, Object about) {
        return new FrameDescription(type, true, type, object(about));
    }

    static FrameDescription ofServer(String type, Object about) {
        String qualified = FROM_SERVER + type;
        return new FrameDescription(
                type, false, JsonSchemas.find(qualified).isPresent() ? qualified : type, object(about));
    }

    /** The name of the message and of its schema in the document, such as {@code healthCheckFromClient}. */
    String key() {
        return camelCase(type) + (fromClient ? "FromClient" : "FromServer");
    }

    String operationKey() {
        String name = camelCase(type);
        return (fromClient ? "receive" : "send") + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** Whether the server sends it also when it answers nothing. */
    boolean isUnasked() {
        return Boolean.TRUE.equals(about.get("unasked"));
    }

    List<String> answers() {
        return texts(about.getOrDefault("answers", List.of()));
    }

    Map<String, Object> schema() {
        return JsonResource.parse(JsonSchemas.find(schemaName)
                .orElseThrow(() -> new IllegalStateException("the build lacks the schema " + schemaName)));
    }

    Map<String, Object> message() {
        Map<String, Object> schema = schema();
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("name", type);
        message.put("title", type);
        message.put("summary", String.valueOf(schema.get("title")));
        message.put("description", text("about"));
        message.put("contentType", "application/json");
        if (object(schema.getOrDefault("properties", Map.of())).containsKey("id")) {
            message.put("correlationId", Map.of("location", "$message.payload#/id"));
        }
        message.put("payload", Map.of("$ref", "#/components/schemas/" + key()));
        message.put("examples", list(about.getOrDefault("examples", List.of())));
        message.put("x-schema", "/schemas/" + schemaName + ".json");
        return message;
    }

    String text(String name) {
        Object text = about.get(name);
        if (text == null) {
            throw new IllegalStateException("frames.json lacks " + name + " of " + key());
        }
        return text.toString();
    }

    private static String camelCase(String type) {
        StringBuilder name = new StringBuilder();
        for (String part : type.split("[_-]", -1)) {
            name.append(name.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        }
        return name.toString();
    }
}
