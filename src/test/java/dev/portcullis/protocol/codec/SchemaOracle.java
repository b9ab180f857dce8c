package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.IdSyntax;
import dev.portcullis.protocol.Reason;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Checks a frame with Vert.x's parser and the published schemas only. */
final class SchemaOracle {
    /** @param violations {@code keyword at instance location}, empty unless the schema refuses */
    record Judgement(Optional<Reason> refusal, Set<String> violations) {}

    private static final JsonSchemaOptions OPTIONS = new JsonSchemaOptions()
            .setBaseUri("https://portcullis.dev/")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic);
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(10).build())
            .build();
    private static final Set<String> PROTOTYPE_KEYS = Set.of("__proto__", "prototype", "constructor");

    private final Map<String, Validator> validators = new TreeMap<>();

    Judgement judge(String text) {
        Object frame;
        String legible = text.replace("\"\\ud800\":", "\"\\ufffd\":"); // Jackson refuses it in names, JSON does not
        try (JsonParser parser = FACTORY.createParser(legible.getBytes(UTF_8))) {
            frame = JacksonCodec.fromParser(parser, Object.class);
        } catch (IOException | DecodeException notJson) {
            return refused(Reason.INVALID_JSON);
        }
        if (!(frame instanceof JsonObject object) || !isFinite(frame)) {
            return refused(Reason.INVALID_JSON);
        }
        if (hasPrototypeKey(frame) || !(object.getValue("type") instanceof String type)) {
            return refused(Reason.VALIDATION_FAILED);
        }
        if (FrameType.of(type).isEmpty()) {
            return refused(Reason.UNKNOWN_TYPE);
        }
        Set<String> violations = violations(type, object);
        if (object.getValue("rooms") instanceof JsonArray rooms && namesARoomTwice(rooms)) {
            violations.add("uniqueItems at /rooms");
        }
        if (type.equals("event") && hasLoneSurrogate(object.getValue("data"))) {
            violations.add("pattern at /data");
        }
        return new Judgement(
                violations.isEmpty() ? Optional.empty() : Optional.of(Reason.VALIDATION_FAILED), violations);
    }

    Set<String> violations(String schema, JsonObject frame) {
        OutputUnit result =
                validators.computeIfAbsent(schema, SchemaOracle::validator).validate(frame);
        Set<String> violations = new TreeSet<>();
        if (!result.getValid()) {
            for (OutputUnit error : result.getErrors()) {
                String keyword = error.getKeywordLocation();
                violations.add(keyword.substring(keyword.lastIndexOf('/') + 1) + " at "
                        + error.getInstanceLocation().substring(1));
            }
        }
        return violations;
    }

    private static Validator validator(String schema) {
        String text = new String(JsonSchemas.find(schema).orElseThrow(), UTF_8);
        return Validator.create(JsonSchema.of((JsonObject) inJavasDialect(new JsonObject(text))), OPTIONS);
    }

    /**
     * The schemas write regular expressions as ECMA-262 has them, where {@code $} is the very end. Vert.x hands them to
     * Java, where it also matches before a last line feed, which would let {@code "lobby\n"} pass.
     */
    private static Object inJavasDialect(Object node) {
        if (node instanceof JsonArray array) {
            JsonArray copy = new JsonArray();
            array.forEach(item -> copy.add(inJavasDialect(item)));
            return copy;
        }
        if (!(node instanceof JsonObject object)) {
            return node;
        }
        JsonObject copy = new JsonObject();
        object.forEach(entry -> {
            boolean pattern = entry.getKey().equals("pattern") && entry.getValue() instanceof String;
            copy.put(
                    entry.getKey(),
                    pattern
                            ? ((String) entry.getValue()).replaceFirst("\\$$", "\\\\z")
                            : inJavasDialect(entry.getValue()));
        });
        return copy;
    }

    private static boolean isFinite(Object node) {
        if (node instanceof JsonObject object) {
            return object.stream().allMatch(entry -> isFinite(entry.getValue()));
        }
        if (node instanceof JsonArray array) {
            return array.stream().allMatch(SchemaOracle::isFinite);
        }
        return !(node instanceof Number number) || Double.isFinite(number.doubleValue());
    }

    /** The rule that the schema of an event's frame states only in a comment. */
    private static boolean hasLoneSurrogate(@Nullable Object node) {
        if (node instanceof JsonObject object) {
            return object.stream()
                    .anyMatch(entry -> entry.getKey().contains("\ufffd") || hasLoneSurrogate(entry.getValue()));
        }
        if (node instanceof JsonArray array) {
            return array.stream().anyMatch(SchemaOracle::hasLoneSurrogate);
        }
        return node instanceof String text && !IdSyntax.isWellFormed(text);
    }

    private static boolean hasPrototypeKey(Object node) {
        List<Object> inner = List.of();
        if (node instanceof JsonObject object) {
            if (object.fieldNames().stream().anyMatch(PROTOTYPE_KEYS::contains)) {
                return true;
            }
            inner = object.stream()
                    .map(Map.Entry::getValue)
                    .map(value -> value == null ? "null" : value)
                    .toList();
        } else if (node instanceof JsonArray array) {
            inner = array.stream().map(value -> value == null ? "null" : value).toList();
        }
        return inner.stream().anyMatch(SchemaOracle::hasPrototypeKey);
    }

    /** The rule that the schema of join states only in a comment, because JSON Schema compares whole items. */
    private static boolean namesARoomTwice(JsonArray rooms) {
        Set<String> seen = new TreeSet<>();
        return rooms.stream()
                .filter(item -> item instanceof JsonObject)
                .map(item -> ((JsonObject) item).getValue("roomId"))
                .filter(roomId -> roomId instanceof String)
                .anyMatch(roomId -> !seen.add((String) roomId));
    }

    private static Judgement refused(Reason reason) {
        return new Judgement(Optional.of(reason), Set.of());
    }
}
