package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.portcullis.protocol.IdSyntax;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON value of a client as a tree, by the rules of frames: strict UTF-8, no key twice, no prototype key, finite
 * numbers of bounded length, bounded depth.
 */
public final class JsonTree {
    private final byte[] received;
    private final byte[] utf8;
    private final JsonParser parser;
    private final SchemaViolations prototypeKeys;
    private final KeptTexts kept;

    private JsonTree(byte[] received, byte[] utf8, JsonParser parser, SchemaViolations prototypeKeys, KeptTexts kept) {
        this.received = received;
        this.utf8 = utf8;
        this.parser = parser;
        this.prototypeKeys = prototypeKeys;
        this.kept = kept;
    }

    /** The values of one field as they were written, beside the tree: a number may have more digits than the tree keeps. */
    public static final class KeptTexts {
        private final String field;
        private final IdentityHashMap<Object, RawJson> byObject = new IdentityHashMap<>();

        public KeptTexts(String field) {
            this.field = field;
        }

        /** @param object of the tree; empty if it does not have the field */
        public Optional<byte[]> in(Map<?, ?> object) {
            return Optional.ofNullable(byObject.get(object)).map(RawJson::utf8);
        }

        /** Whether a text or a name in it has an unpaired surrogate; {@code false} also if the object does not have the field. */
        public boolean isIllFormedIn(Map<?, ?> object) {
            RawJson raw = byObject.get(object);
            return raw != null && !raw.wellFormed();
        }
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
        return read(utf8, new KeptTexts(""));
    }

    /** @param kept gets the texts of its field */
    public static Result read(byte[] utf8, KeptTexts kept) {
        SchemaViolations prototypeKeys = new SchemaViolations();
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)); // the parser accepts overlong forms and surrogates
            Read whole = ClientJsonReader.read(utf8, prototypeKeys, (parser, legible) -> {
                kept.byObject.clear();
                return new Read(new JsonTree(utf8, legible, parser, prototypeKeys, kept).value());
            });
            return prototypeKeys.isEmpty() ? whole : new Malformed(Reason.VALIDATION_FAILED, prototypeKeys.details());
        } catch (IOException notJson) { // dropped, because its message quotes the input (CWE-209)
            return new Malformed(Reason.INVALID_JSON, List.of());
        }
    }

    private @Nullable Object value() throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object();
            case START_ARRAY -> list();
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> ClientJsonReader.number(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private Map<String, @Nullable Object> object() throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        @Nullable RawJson text = null;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            ClientJsonReader.checkKey(parser, name, prototypeKeys);
            parser.nextToken();
            int begin = (int) parser.currentTokenLocation().getByteOffset();
            Object value = value();
            object.put(name, value);
            if (name.equals(kept.field)) {
                text = textFrom(begin, value);
            }
        }
        Map<String, @Nullable Object> read = Collections.unmodifiableMap(object);
        if (text != null) {
            kept.byObject.put(read, text);
        }
        return read;
    }

    /** The value whose last token is the parser's current one. */
    private RawJson textFrom(int begin, @Nullable Object value) throws IOException {
        parser.finishToken(); // a text is read to its end only when it is asked for
        int end = (int) parser.currentLocation().getByteOffset();
        boolean same = Arrays.equals(received, begin, end, utf8, begin, end);
        return new RawJson(Arrays.copyOfRange(received, begin, end), same && isWellFormed(value));
    }

    private static boolean isWellFormed(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.values().stream().allMatch(JsonTree::isWellFormed);
        }
        if (value instanceof List<?> list) {
            return list.stream().allMatch(JsonTree::isWellFormed);
        }
        return !(value instanceof String text) || IdSyntax.isWellFormed(text);
    }

    private List<@Nullable Object> list() throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value());
        }
        return Collections.unmodifiableList(list);
    }
}
