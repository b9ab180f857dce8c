package dev.portcullis.edge.api.asyncapi;

import static dev.portcullis.edge.api.asyncapi.JsonResource.object;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The schema of a frame as AsyncAPI has it: draft 7 instead of 2020-12, without an id that would move what its
 * references stand for, and with a description of each field.
 */
final class PayloadSchema {
    /** Keywords that the document leaves out: they would say the same in every object. */
    private static final Set<String> LEFT_OUT = Set.of("$schema", "$id", "title");

    private final Map<String, Object> ofThisFrame;
    private final Map<String, Object> ofAllFrames;

    /**
     * @param ofThisFrame descriptions by field, which go before the others
     * @param ofAllFrames descriptions by field, or by the two names of a field within another
     */
    PayloadSchema(Map<String, Object> ofThisFrame, Map<String, Object> ofAllFrames) {
        this.ofThisFrame = ofThisFrame;
        this.ofAllFrames = ofAllFrames;
    }

    Map<String, Object> translate(Map<String, Object> schema) {
        return node(schema, "");
    }

    private Map<String, Object> node(Map<String, Object> schema, String within) {
        Map<String, Object> translated = new LinkedHashMap<>();
        schema.forEach((keyword, value) -> {
            switch (keyword) {
                case "properties" -> translated.put(keyword, properties(object(value), within));
                case "items" -> translated.put(keyword, node(object(value), within));
                case "dependentRequired" -> translated.put("dependencies", value);
                default -> {
                    if (!LEFT_OUT.contains(keyword)) {
                        translated.put(keyword, value);
                    }
                }
            }
        });
        return translated;
    }

    private Map<String, Object> properties(Map<String, Object> properties, String within) {
        Map<String, Object> described = new LinkedHashMap<>();
        properties.forEach((name, schema) -> {
            Map<String, Object> property = new LinkedHashMap<>();
            description(name, within).ifPresent(text -> property.put("description", text));
            property.putAll(node(object(schema), name));
            described.put(name, property);
        });
        return described;
    }

    private Optional<Object> description(String name, String within) {
        return List.of(within + "." + name, name).stream()
                .flatMap(key -> List.of(ofThisFrame, ofAllFrames).stream()
                        .flatMap(texts -> Optional.ofNullable(texts.get(key)).stream()))
                .findFirst();
    }
}
