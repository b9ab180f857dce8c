package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON value of a client as a tree, by the rules of frames: strict UTF-8, no key twice, no prototype key, finite
 * numbers, bounded depth.
 */
public final class JsonTree {
    private final SchemaViolations prototypeKeys;
    private @Nullable Object whole;

    private JsonTree(SchemaViolations prototypeKeys) {
        this.prototypeKeys = prototypeKeys;
    }

    /** The result of reading a text. */
    public sealed interface Result {
        <R> R fold(Function<@Nullable Object, R> read, BiFunction<Reason, List<Violation>, R> malformed);
    }

    /** @param value a map in the order of the text, a list, {@code String}, {@code Long}, {@code Double}, {@code Boolean} or null */
    private record Read(@Nullable Object value) implements Result {
        @Override
        public <R> R fold(Function<@Nullable Object, R> read, BiFunction<Reason, List<Violation>, R> malformed) {
            return read.apply(value);
        }
    }

    private record Malformed(Reason reason, List<Violation> details) implements Result {
        @Override
        public <R> R fold(Function<@Nullable Object, R> read, BiFunction<Reason, List<Violation>, R> malformed) {
            return malformed.apply(reason, details);
        }
    }

    public static Result read(byte[] utf8) {
        SchemaViolations prototypeKeys = new SchemaViolations();
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)); // the parser accepts overlong forms and surrogates
            JsonTree tree = new JsonTree(prototypeKeys);
            ClientJsonReader.read(utf8, prototypeKeys, parser -> tree.whole = tree.value(parser));
            return prototypeKeys.isEmpty()
                    ? new Read(tree.whole)
                    : new Malformed(Reason.VALIDATION_FAILED, prototypeKeys.details());
        } catch (IOException notJson) { // dropped, because its message quotes the input (CWE-209)
            return new Malformed(Reason.INVALID_JSON, List.of());
        }
    }

    private @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> list(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> ClientJsonReader.number(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            ClientJsonReader.checkKey(parser, name, prototypeKeys);
            parser.nextToken();
            object.put(name, value(parser));
        }
        return Collections.unmodifiableMap(object);
    }

    private List<@Nullable Object> list(JsonParser parser) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser));
        }
        return Collections.unmodifiableList(list);
    }
}
