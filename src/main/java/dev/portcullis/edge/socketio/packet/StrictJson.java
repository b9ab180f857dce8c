package dev.portcullis.edge.socketio.packet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.portcullis.protocol.ClientJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Value(byte[] json, Optional<String> text, boolean isObject) {}

    /** The values of a list; empty for anything but one list. */
    static Optional<List<Value>> list(byte[] utf8) {
        return read(utf8, parser -> {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return null;
            }
            List<Value> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(value(parser, utf8));
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
        } catch (
                IOException
                        other) { // another text, or no JSON; dropped, because its message quotes the input (CWE-209)
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
                values.put(name, value(parser, utf8));
            }
            return values;
        });
    }

    private interface Reading<T> {
        @Nullable
        T read(JsonParser parser) throws IOException;
    }

    private static <T> Optional<T> read(byte[] utf8, Reading<T> reading) {
        try (JsonParser parser = FACTORY.createParser(utf8)) {
            T result = reading.read(parser);
            return result != null && parser.nextToken() == null ? Optional.of(result) : Optional.empty();
        } catch (IOException notJson) { // dropped, because its message quotes the input (CWE-209)
            return Optional.empty();
        }
    }

    private static Value value(JsonParser parser, byte[] utf8) throws IOException {
        JsonToken token = parser.currentToken();
        int begin = (int) parser.currentTokenLocation().getByteOffset();
        Optional<String> text = token == JsonToken.VALUE_STRING ? Optional.of(parser.getText()) : Optional.empty();
        if (token.isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        int end = (int) parser.currentLocation().getByteOffset();
        return new Value(stripped(utf8, begin, end), text, token == JsonToken.START_OBJECT);
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
