package dev.portcullis.edge.socketio.packet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.portcullis.protocol.ClientJson;
import dev.portcullis.protocol.codec.LoneSurrogates;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts JSON into the bytes of its values, so that what a client wrote reaches the decoder of frames unchanged: decoding and
 * encoding could turn one text into another (CWE-436).
 */
final class StrictJson {
    /** A level more than a frame in a list, so that a frame that is too deep is refused as one. */
    private static final JsonFactory FACTORY = ClientJson.factory(12);

    /** Bytes that one character may take: a backslash, {@code u} and four digits. */
    private static final int LONGEST_ESCAPE = 6;

    private StrictJson() {}

    /**
     * One value.
     *
     * @param json its bytes
     * @param text if it is a text
     * @param fields if it is an object: its fields of the names that were asked for
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Value(byte[] json, Optional<String> text, Optional<Fields> fields) {}

    /**
     * Some fields of an object, by their names.
     *
     * @param none whether the object has no field at all
     */
    record Fields(Map<String, Value> values, boolean none) {}

    /**
     * The values of a list; empty for anything but one list.
     *
     * @param names of the fields of objects in the list that are wanted: all others are passed over
     */
    static Optional<List<Value>> list(byte[] utf8, Set<String> names) {
        return read(utf8, parser -> {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return null;
            }
            List<Value> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(value(parser, utf8, names));
            }
            return values;
        });
    }

    /** Whether the first value of a list is this text. Reads no more than the text may take, nor whether the rest is a list. */
    static boolean listBeginsWith(byte[] utf8, int from, String text) {
        int list = behindSpace(utf8, from);
        if (list == utf8.length || utf8[list] != '[') {
            return false;
        }
        int first = behindSpace(utf8, list + 1);
        int longest = LONGEST_ESCAPE * text.length() + 2;
        try (JsonParser parser = FACTORY.createParser(utf8, first, Math.min(longest, utf8.length - first))) {
            return parser.nextToken() == JsonToken.VALUE_STRING
                    && parser.getText().equals(text);
        } catch (IOException notText) { // dropped, because its message quotes the input (CWE-209)
            return false;
        }
    }

    private static int behindSpace(byte[] utf8, int from) {
        int at = from;
        while (at < utf8.length && (utf8[at] == ' ' || utf8[at] == '\t' || utf8[at] == '\n' || utf8[at] == '\r')) {
            at++;
        }
        return at;
    }

    /** The values of an object by their names; empty for anything but one object. */
    static Optional<Map<String, Value>> object(byte[] utf8) {
        return read(utf8, parser -> {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            Map<String, Value> values = new LinkedHashMap<>();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                values.put(name, value(parser, utf8, Set.of()));
            }
            return values;
        });
    }

    private interface Reading<T> {
        @Nullable
        T read(JsonParser parser) throws IOException;
    }

    /** Reads a text in which names had to be made legible once more. The bytes of the values are those that came. */
    private static <T> Optional<T> read(byte[] utf8, Reading<T> reading) {
        try {
            return readOnce(utf8, reading);
        } catch (IOException refused) { // dropped, because its message quotes the input (CWE-209)
            return LoneSurrogates.replacedIn(utf8).flatMap(legible -> {
                try {
                    return readOnce(legible, reading);
                } catch (IOException notJson) {
                    return Optional.empty();
                }
            });
        }
    }

    private static <T> Optional<T> readOnce(byte[] utf8, Reading<T> reading) throws IOException {
        try (JsonParser parser = FACTORY.createParser(utf8)) {
            T result = reading.read(parser);
            return result != null && parser.nextToken() == null ? Optional.of(result) : Optional.empty();
        }
    }

    private static Value value(JsonParser parser, byte[] utf8, Set<String> names) throws IOException {
        JsonToken token = parser.currentToken();
        int begin = (int) parser.currentTokenLocation().getByteOffset();
        Optional<String> text = token == JsonToken.VALUE_STRING ? Optional.of(parser.getText()) : Optional.empty();
        Optional<Fields> fields =
                token == JsonToken.START_OBJECT ? Optional.of(fields(parser, utf8, names)) : Optional.empty();
        skip(parser);
        int end = (int) parser.currentLocation().getByteOffset();
        return new Value(stripped(utf8, begin, end), text, fields);
    }

    private static Fields fields(JsonParser parser, byte[] utf8, Set<String> names) throws IOException {
        Map<String, Value> values = new HashMap<>();
        boolean none = true;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            none = false;
            parser.nextToken();
            if (names.contains(name)) {
                values.put(name, value(parser, utf8, Set.of()));
            } else {
                skip(parser);
            }
        }
        return new Fields(values, none);
    }

    /** Goes to the end of the current value. */
    private static void skip(JsonParser parser) throws IOException {
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
    }

    /** The parser looks one character behind a number, which is white space, a comma or a bracket. */
    private static byte[] stripped(byte[] utf8, int begin, int end) {
        int last = end;
        while (last > begin && utf8[last - 1] <= ' ' && utf8[last - 1] >= 0) {
            last--;
        }
        return Arrays.copyOfRange(utf8, begin, last);
    }
}
