package dev.portcullis.protocol.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a JSON value again with other texts. All else stays as it is, byte for byte. */
public final class JsonTexts {
    private JsonTexts() {}

    /**
     * @param value the value that {@link JsonTree} read from the text
     * @param replaced by the texts of that value themselves, not equal ones
     */
    public static byte[] replaced(byte[] utf8, @Nullable Object value, IdentityHashMap<String, String> replaced) {
        List<String> inOrder = new ArrayList<>();
        collect(value, inOrder);
        try {
            return ClientJsonReader.read(
                    utf8, new SchemaViolations(), (parser, legible) -> copied(parser, utf8, inOrder, replaced));
        } catch (IOException impossible) { // it was read before
            throw new UncheckedIOException(impossible);
        }
    }

    private static byte[] copied(
            JsonParser parser, byte[] utf8, List<String> inOrder, IdentityHashMap<String, String> replaced)
            throws IOException {
        ByteArrayOutputStream written = new ByteArrayOutputStream(2 * utf8.length);
        int texts = 0;
        int copied = 0;
        int depth = 0;
        while (true) {
            JsonToken token = parser.currentToken();
            if (token == JsonToken.VALUE_STRING) {
                String other = replaced.get(inOrder.get(texts++));
                if (other != null) {
                    int from = (int) parser.currentTokenLocation().getByteOffset();
                    int unused = parser.getTextLength(); // reads up to its end
                    written.write(utf8, copied, from - copied);
                    written.writeBytes(
                            new JsonWriter(2 * other.length() + 2).item(other).toBytes());
                    copied = (int) parser.currentLocation().getByteOffset();
                }
            }
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth == 0) {
                written.write(utf8, copied, utf8.length - copied);
                return written.toByteArray();
            }
            parser.nextToken();
        }
    }

    private static void collect(@Nullable Object value, List<String> into) {
        if (value instanceof Map<?, ?> map) {
            map.values().forEach(each -> collect(each, into));
        } else if (value instanceof List<?> list) {
            list.forEach(each -> collect(each, into));
        } else if (value instanceof String text) {
            into.add(text);
        }
    }
}
