package dev.portcullis.edge.api.asyncapi;

import static dev.portcullis.edge.api.asyncapi.JsonResource.object;

import dev.portcullis.config.Json;
import dev.portcullis.events.EventTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The AsyncAPI document of every frame and close code. Its schemas are those that the decoder refuses frames by, so the
 * two can't differ; the texts and examples are in {@code frames.json}, the rest in {@code asyncapi.json}.
 */
public final class AsyncApi {
    private static final String CHANNEL = "#/channels/ws";

    /** The frames that may answer any frame of a client. */
    private static final List<String> REFUSALS = List.of("error", "rate_limited");

    private static final AsyncApi PUBLISHED = new AsyncApi(EventTypes.NONE);

    private final FrameCatalogue catalogue = new FrameCatalogue(JsonResource.read("frames.json"));
    private final String json;

    private AsyncApi(EventTypes events) {
        Map<String, Object> document = JsonResource.read("asyncapi.json");
        Map<String, Object> messages = new LinkedHashMap<>();
        Map<String, Object> schemas = new LinkedHashMap<>();
        Map<String, Object> references = new LinkedHashMap<>();
        for (FrameDescription frame : catalogue.frames()) {
            messages.put(frame.key(), frame.message());
            schemas.put(frame.key(), catalogue.schema(frame));
            references.put(frame.key(), reference("#/components/messages/" + frame.key()));
        }
        EventMessages own = new EventMessages(events);
        own.messages().forEach((key, message) -> {
            messages.put(key, message);
            references.put(key, reference("#/components/messages/" + key));
        });
        schemas.putAll(own.schemas());
        Map<String, Object> channels = object(document.getOrDefault("channels", Map.of()));
        Map<String, Object> channel = object(channels.getOrDefault("ws", Map.of()));
        channel.put("messages", references);
        channel.put("x-close-codes", catalogue.closeCodes());
        channel.put("x-error-reasons", catalogue.reasons());
        channels.put("ws", channel);
        Map<String, Object> components = object(document.getOrDefault("components", Map.of()));
        components.put("messages", messages);
        components.put("schemas", schemas);
        document.put("channels", channels);
        Map<String, Object> operations = operations();
        operations.putAll(own.operations(this::answers));
        document.put("operations", operations);
        document.put("components", components);
        json = Json.pretty(document);
    }

    /** The document of this build, without events of an application. */
    public static AsyncApi published() {
        return PUBLISHED;
    }

    public static AsyncApi with(EventTypes events) {
        return events.all().isEmpty() ? PUBLISHED : new AsyncApi(events);
    }

    public String json() {
        return json;
    }

    private Map<String, Object> operations() {
        Map<String, Object> operations = new LinkedHashMap<>();
        for (FrameDescription frame : catalogue.frames()) {
            if (frame.fromClient()) {
                operations.put(frame.operationKey(), received(frame));
            } else if (frame.isUnasked()) {
                operations.put(frame.operationKey(), operation("send", frame));
            }
        }
        return operations;
    }

    private Map<String, Object> received(FrameDescription frame) {
        Map<String, Object> operation = operation("receive", frame);
        operation.put("reply", answers(frame.answers()));
        for (String extension : List.of("needs", "errors", "counts", "perMinute")) {
            if (frame.about().containsKey(extension)) {
                operation.put("x-" + extension, frame.about().get(extension));
            }
        }
        return operation;
    }

    private Map<String, Object> answers(List<String> types) {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("channel", reference(CHANNEL));
        reply.put(
                "messages",
                Stream.concat(types.stream(), REFUSALS.stream())
                        .map(type -> messageOf(catalogue.fromServer(type)))
                        .toList());
        return reply;
    }

    private static Map<String, Object> operation(String action, FrameDescription frame) {
        Map<String, Object> operation = new LinkedHashMap<>();
        operation.put("action", action);
        operation.put("channel", reference(CHANNEL));
        operation.put("title", frame.type());
        operation.put("summary", String.valueOf(frame.schema().get("title")));
        operation.put("messages", new ArrayList<>(List.of(messageOf(frame))));
        return operation;
    }

    private static Map<String, Object> messageOf(FrameDescription frame) {
        return reference(CHANNEL + "/messages/" + frame.key());
    }

    private static Map<String, Object> reference(String target) {
        return Map.of("$ref", target);
    }
}
