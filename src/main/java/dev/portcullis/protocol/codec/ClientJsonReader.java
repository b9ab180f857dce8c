package dev.portcullis.protocol.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.portcullis.protocol.ClientJson;
import java.io.IOException;

/** The rules by which JSON of clients is read, whatever is made of it. */
final class ClientJsonReader {
    /** An integer of at most this many characters always fits a long. */
    private static final int FITS_LONG = 18;

    private static final JsonFactory FACTORY = ClientJson.factory(10);

    private ClientJsonReader() {}

    /** Takes the value at the parser's current token, up to its last one. */
    @FunctionalInterface
    interface ValueReader {
        void read(JsonParser parser) throws IOException;
    }

    /**
     * Reads one value. The reader is called again for a text in which names had to be made legible.
     *
     * @throws IOException for text that is not one JSON value; its message quotes the input (CWE-209)
     */
    static void read(byte[] utf8, SchemaViolations prototypeKeys, ValueReader reader) throws IOException {
        try {
            readOnce(utf8, reader);
        } catch (JsonParseException refused) {
            byte[] legible = LoneSurrogates.replacedIn(utf8).orElseThrow(() -> refused);
            prototypeKeys.clear();
            readOnce(legible, reader);
        }
    }

    private static void readOnce(byte[] utf8, ValueReader reader) throws IOException {
        try (JsonParser parser = FACTORY.createParser(utf8)) {
            if (parser.nextToken() == null) {
                throw new JsonParseException(parser, "no value");
            }
            reader.read(parser);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "more than one value");
            }
        }
    }

    static void checkKey(JsonParser parser, String name, SchemaViolations prototypeKeys) {
        if (FieldName.PROTOTYPE_KEYS.contains(name)) {
            prototypeKeys.add(JsonPointer.of(parser.getParsingContext()), "propertyNames");
        }
    }

    /** Never parses a BigDecimal, whose cost grows with the square of the number of digits (CWE-407). */
    static Number number(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() <= FITS_LONG) {
            return parser.getLongValue();
        }
        double value = Double.parseDouble(parser.getText());
        if (!Double.isFinite(value)) {
            throw new JsonParseException(parser, "a number that is not finite");
        }
        return value;
    }
}
