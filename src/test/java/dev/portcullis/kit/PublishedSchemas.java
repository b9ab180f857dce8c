package dev.portcullis.kit;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.codec.JsonSchemas;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The published schemas of the frames of clients, from which tests make frames. */
public final class PublishedSchemas {
    private static final Map<FrameType, JsonObject> BY_TYPE = new ConcurrentHashMap<>();

    private PublishedSchemas() {}

    /** Not to be changed. */
    public static JsonObject of(FrameType type) {
        return BY_TYPE.computeIfAbsent(
                type,
                each -> new JsonObject(Buffer.buffer(JsonSchemas.find(each.id()).orElseThrow())));
    }

    /** The names that a keyword such as {@code required} lists. */
    public static Set<String> names(JsonObject schema, String keyword) {
        Set<String> names = new LinkedHashSet<>();
        schema.getJsonArray(keyword, new JsonArray()).forEach(name -> names.add((String) name));
        return names;
    }
}
