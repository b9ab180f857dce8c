package dev.portcullis.client.pace;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** The actions that a frame counts as in {@code auth_success.limits.actions}. */
public final class CountedAs {
    private static final String EVENT = "event";

    private CountedAs() {}

    /** The type of the frame, and behind it the name of an event of the application. */
    public static List<String> of(JsonObject frame) {
        String type = String.valueOf(frame.getValue("type"));
        return type.equals(EVENT) && frame.getValue(EVENT) instanceof String name ? List.of(type, name) : List.of(type);
    }
}
