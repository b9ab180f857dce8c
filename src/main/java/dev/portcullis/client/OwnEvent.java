package dev.portcullis.client;

import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An event of the application, in a room or to a user. A stored one is an {@link ClientEvent.Entry} or {@link
 * ClientEvent.Direct}; one that is not stored is a {@link ClientEvent.Other}.
 *
 * @param name the name under which the configuration of the server defines it
 * @param data as a {@code JsonObject} holds it
 * @param userId the sender; {@code system} is the application's server
 * @param frame with all fields
 */
public record OwnEvent(String name, @Nullable Object data, String userId, JsonObject frame) {
    static final String TYPE = "event";

    /** The frame that sends it, if the data are JSON. Later changes of the data by the caller are not sent. */
    static Optional<JsonObject> frame(String field, String target, String name, @Nullable Object data) {
        JsonObject frame = new JsonObject()
                .put("type", TYPE)
                .put(field, target)
                .put(TYPE, name)
                .put("data", data);
        try {
            return Optional.of(frame.copy());
        } catch (IllegalStateException noJson) {
            return Optional.empty();
        }
    }

    /** The event in what a listener got; empty if it is something else. */
    public static Optional<OwnEvent> in(ClientEvent event) {
        if (event instanceof ClientEvent.Entry entry) {
            return in(entry.frame());
        }
        if (event instanceof ClientEvent.Direct direct) {
            return in(direct.frame());
        }
        return event instanceof ClientEvent.Other unstored ? in(unstored.frame()) : Optional.empty();
    }

    /** An entry of a history, if it is such an event. */
    public static Optional<OwnEvent> in(JsonObject frame) {
        return TYPE.equals(frame.getValue("type"))
                ? Optional.of(new OwnEvent(
                        Objects.toString(frame.getValue(TYPE), ""),
                        frame.getValue("data"),
                        Objects.toString(frame.getValue("userId"), ""),
                        frame))
                : Optional.empty();
    }
}
