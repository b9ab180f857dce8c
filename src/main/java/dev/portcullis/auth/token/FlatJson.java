package dev.portcullis.auth.token;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One JSON object, read strictly. Lists of anything but texts must be well-formed, and are left out. */
public final class FlatJson {
    /** With duplicate names, two readers may see different values (RFC 8259 section 4; RFC 7519 section 4). */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // untrusted names must not stay in memory
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(10)
                    .maxNumberLength(32)
                    .maxNameLength(128)
                    .maxTokenCount(4_096)
                    .build())
            .build();

    private final Map<String, Value> values;

    private FlatJson(Map<String, Value> values) {
        this.values = values;
    }

    /** The kinds of value that are told apart. */
    sealed interface Value permits Text, Texts, Numeric, Nested, Other {}

    record Text(String text) implements Value {}

    record Texts(List<String> texts) implements Value {}

    record Numeric(double number) implements Value {}

    record Nested(FlatJson object) implements Value {}

    /** Anything else, including {@code null} and texts with unpaired surrogates. */
    record Other() implements Value {}

    /** Empty if the bytes are not exactly one object in strict UTF-8. */
    public static Optional<FlatJson> parse(byte[] utf8) {
        try {
            // decoded here, since Jackson would also detect UTF-16 and UTF-32
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            try (JsonParser parser = FACTORY.createParser(text)) {
                return object(parser);
            }
        } catch (IOException malformed) {
            return Optional.empty();
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    int size() {
        return values.size();
    }

    /** Whether the name is absent, or has this kind of value. */
    boolean mayBe(String name, Class<? extends Value> kind) {
        return !has(name) || kind.isInstance(values.get(name));
    }

    public Optional<String> text(String name) {
        return values.get(name) instanceof Text value ? Optional.of(value.text()) : Optional.empty();
    }

    public List<String> texts(String name) {
        return values.get(name) instanceof Texts value ? value.texts() : List.of();
    }

    public Optional<Double> number(String name) {
        return values.get(name) instanceof Numeric value ? Optional.of(value.number()) : Optional.empty();
    }

    /** The object of this name; empty if it has another kind of value, or is absent. */
    Optional<FlatJson> object(String name) {
        return values.get(name) instanceof Nested value ? Optional.of(value.object()) : Optional.empty();
    }

    /**
     * The value of a name, or of a path such as {@code realm_access.roles}. Names may have dots themselves, as URLs
     * have: the longest name that is there counts.
     */
    Optional<Value> at(String path) {
        Value whole = values.get(path);
        if (whole != null) {
            return Optional.of(whole);
        }
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            if (values.get(path.substring(0, dot)) instanceof Nested value) {
                return value.object().at(path.substring(dot + 1));
            }
        }
        return Optional.empty();
    }

    private static Optional<FlatJson> object(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return Optional.empty();
        }
        FlatJson object = members(parser);
        return parser.nextToken() == null ? Optional.of(object) : Optional.empty();
    }

    /** Recursive; the parser bounds the depth. */
    private static FlatJson members(JsonParser parser) throws IOException {
        Map<String, Value> values = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            values.put(name, value(parser));
        }
        return new FlatJson(values);
    }

    private static Value value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> text(parser);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getDoubleValue());
            case START_ARRAY -> list(parser);
            case START_OBJECT -> new Nested(members(parser));
            default -> {
                parser.skipChildren();
                yield new Other();
            }
        };
    }

    private static Value text(JsonParser parser) throws IOException {
        String text = parser.getText();
        return isPaired(text) ? new Text(text) : new Other();
    }

    /** {@code 1e400} is well-formed, and infinite. */
    private static Value number(double number) {
        return Double.isFinite(number) ? new Numeric(number) : new Other();
    }

    private static Value list(JsonParser parser) throws IOException {
        List<String> texts = new ArrayList<>();
        boolean textsOnly = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (value(parser) instanceof Text item) {
                texts.add(item.text());
            } else {
                textsOnly = false;
            }
        }
        return textsOnly ? new Texts(List.copyOf(texts)) : new Other();
    }

    private static boolean isPaired(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean paired = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (!paired) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}
