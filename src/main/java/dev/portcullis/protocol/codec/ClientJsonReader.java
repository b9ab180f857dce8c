package dev.portcullis.protocol.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.portcullis.protocol.ClientJson;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rules by which JSON of clients is read, whatever is made of it. */
final class ClientJsonReader {
    /** An integer of at most this many characters always fits a long. */
    private static final int FITS_LONG = 18;

    /**
     * Data pass as they are to readers that refuse long numbers, by the default of Jackson those of over 1,000 digits: one
     * sender would end them all (CWE-1284). A double has at most 343 characters, if 17 digits are written without an exponent.
     */
    private static final int MAX_NUMBER = 400;

    /**
     * The most digits of an exponent: as many as a double needs. A reader that keeps decimals may fail for more, or write out a
     * gigabyte of zeros.
     */
    private static final int MAX_EXPONENT_DIGITS = 3;

    private static final JsonFactory FACTORY = ClientJson.factory(10);

    private ClientJsonReader() {}

    @FunctionalInterface
    interface ValueReader<T extends @Nullable Object> {
        /**
         * Takes the value at the parser's current token, up to its last one.
         *
         * @param utf8 the text that the parser reads, of the same length as the one that came
         */
        T read(JsonParser parser, byte[] utf8) throws IOException;
    }

    /**
     * Reads one value. The reader is called again for a text in which names had to be made legible.
     *
     * @throws IOException for text that is not one JSON value; its message quotes the input (CWE-209)
     */
    static <T extends @Nullable Object> T read(byte[] utf8, SchemaViolations prototypeKeys, ValueReader<T> reader)
            throws IOException {
        try {
            return readOnce(utf8, reader);
        } catch (JsonParseException refused) {
            byte[] legible = LoneSurrogates.replacedIn(utf8).orElseThrow(() -> refused);
            prototypeKeys.clear();
            return readOnce(legible, reader);
        }
    }

    private static <T extends @Nullable Object> T readOnce(byte[] utf8, ValueReader<T> reader) throws IOException {
        try (JsonParser parser = FACTORY.createParser(utf8)) {
            if (parser.nextToken() == null) {
                throw new JsonParseException(parser, "no value");
            }
            T value = reader.read(parser, utf8);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "more than one value");
            }
            return value;
        }
    }

    static void checkKey(JsonParser parser, String name, SchemaViolations prototypeKeys) {
        if (FieldName.PROTOTYPE_KEYS.contains(name)) {
            prototypeKeys.add(JsonPointer.of(parser.getParsingContext()), "propertyNames");
        }
    }

    /** Never parses a BigDecimal, whose cost grows with the square of the number of digits (CWE-407). */
    static Number number(JsonParser parser) throws IOException {
        int length = parser.getTextLength();
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT && length <= FITS_LONG) {
            return parser.getLongValue();
        }
        if (length > MAX_NUMBER) {
            throw new JsonParseException(parser, "a number that is too long");
        }
        String text = parser.getText();
        double value = Double.parseDouble(text);
        if (!Double.isFinite(value) || exponentDigits(text) > MAX_EXPONENT_DIGITS) {
            throw new JsonParseException(parser, "a number that is not finite, or an exponent that is too long");
        }
        return value;
    }

    private static int exponentDigits(String number) {
        int mark = Math.max(number.indexOf('e'), number.indexOf('E'));
        if (mark < 0) {
            return 0;
        }
        boolean signed = "+-".indexOf(number.charAt(mark + 1)) >= 0;
        return number.length() - mark - (signed ? 2 : 1);
    }
}
