package dev.portcullis.protocol.codec;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.portcullis.protocol.IdSyntax;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Reads a frame, or the body of a request, in one pass. It fails for text that is not JSON and collects prototype keys;
 * it checks nothing else.
 */
final class FrameReader {
    private final byte[] received;
    private final byte[] utf8;
    private final JsonParser parser;
    private final Set<FieldName> structured;
    private final SchemaViolations prototypeKeys;

    private FrameReader(
            byte[] received,
            byte[] utf8,
            JsonParser parser,
            Set<FieldName> structured,
            SchemaViolations prototypeKeys) {
        this.received = received;
        this.utf8 = utf8;
        this.parser = parser;
        this.structured = structured;
        this.prototypeKeys = prototypeKeys;
    }

    /**
     * @param structured the names under which an object or a list is expected; under any other name it is skipped
     * @throws IOException for text that is not one JSON object; its message quotes the input (CWE-209)
     */
    static void read(byte[] utf8, Set<FieldName> structured, ParsedObject into, SchemaViolations prototypeKeys)
            throws IOException {
        ClientJsonReader.read(utf8, prototypeKeys, (parser, legible) -> {
            into.clear(); // no name that we know has a replaced character
            return new FrameReader(utf8, legible, parser, structured, prototypeKeys).whole(into);
        });
    }

    private ParsedObject whole(ParsedObject into) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new JsonParseException(parser, "not an object");
        }
        return object(into);
    }

    private ParsedObject object(ParsedObject into) throws IOException {
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            FieldName field = FieldName.of(name);
            if (field == null) {
                ClientJsonReader.checkKey(parser, name, prototypeKeys);
                into.putUnknown(name);
                parser.nextToken();
                skip();
            } else {
                parser.nextToken();
                if (field == FieldName.DATA) {
                    into.put(field, raw());
                    continue;
                }
                boolean deeper = parser.currentToken().isStructStart() && structured.contains(field);
                into.put(field, value(deeper));
            }
        }
        return into;
    }

    private List<Object> list() throws IOException {
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(true));
        }
        return items;
    }

    private Object value(boolean structured) throws IOException {
        JsonToken token = parser.currentToken();
        if (structured && token == JsonToken.START_OBJECT) {
            return object(new ParsedObject());
        }
        if (structured && token == JsonToken.START_ARRAY) {
            return list();
        }
        return switch (token) {
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> ClientJsonReader.number(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> {
                skip();
                yield ParsedObject.OTHER;
            }
        };
    }

    /** The value from its first byte to its last. No tree is built of it. */
    private RawJson raw() throws IOException {
        int begin = (int) parser.currentTokenLocation().getByteOffset();
        boolean wellFormed = skip();
        int end = (int) parser.currentLocation().getByteOffset();
        boolean same = received == utf8 || Arrays.equals(received, begin, end, utf8, begin, end);
        return new RawJson(Arrays.copyOfRange(received, begin, end), wellFormed && same);
    }

    /**
     * Reads to the last token of a value, and finds prototype keys and numbers that are not finite or too long: they take
     * precedence over whatever else is wrong.
     *
     * @return whether no text in it has an unpaired surrogate
     */
    private boolean skip() throws IOException {
        boolean wellFormed = true;
        int depth = 0;
        while (true) {
            JsonToken token = parser.currentToken();
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.FIELD_NAME) {
                ClientJsonReader.checkKey(parser, parser.currentName(), prototypeKeys);
            } else if (token.isNumeric()) {
                Number unused = ClientJsonReader.number(parser);
            } else if (token == JsonToken.VALUE_STRING) {
                wellFormed &= IdSyntax.isWellFormed(parser.getText()); // which reads it to its end
            }
            if (depth == 0) {
                return wellFormed;
            }
            parser.nextToken();
        }
    }
}
