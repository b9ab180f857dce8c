package dev.portcullis.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operator's JSON: strict but for comments, since people explain their settings. Whole numbers are {@code Long}. */
public final class Json {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(16).build())
            .build();

    private Json() {}

    /** @throws IOException with a message that names line and column */
    public static @Nullable Object parse(String text) throws IOException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            Object value = value(parser);
            if (parser.nextToken() != null) {
                throw new IOException("there is more after the end, at line "
                        + parser.currentLocation().getLineNr());
            }
            return value;
        }
    }

    public static String write(@Nullable Object value) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(out)) {
            write(generator, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString();
    }

    static String quote(String text) {
        return write(text);
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IOException("the file is empty");
        }
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> list(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default ->
                throw new IOException("unexpected " + token + " at line "
                        + parser.currentLocation().getLineNr());
        };
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            Object value = value(parser);
            if (value != null) {
                all.put(name, value);
            }
        }
        return all;
    }

    private static List<Object> list(JsonParser parser) throws IOException {
        List<Object> all = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Object value = value(parser);
            if (value == null) {
                throw new IOException(
                        "null in a list at line " + parser.currentLocation().getLineNr());
            }
            all.add(value);
        }
        return all;
    }

    private static void write(JsonGenerator to, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            to.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                to.writeFieldName(String.valueOf(entry.getKey()));
                write(to, entry.getValue());
            }
            to.writeEndObject();
        } else if (value instanceof Iterable<?> items) {
            to.writeStartArray();
            for (Object item : items) {
                write(to, item);
            }
            to.writeEndArray();
        } else if (value instanceof Number number) {
            to.writeNumber(number.toString());
        } else if (value instanceof Boolean flag) {
            to.writeBoolean(flag);
        } else if (value == null) {
            to.writeNull();
        } else {
            to.writeString(value.toString());
        }
    }
}
