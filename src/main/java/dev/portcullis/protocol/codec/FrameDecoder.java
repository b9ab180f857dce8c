package dev.portcullis.protocol.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.codec.Decoded.Malformed;
import java.io.IOException;
import java.util.Optional;

/**
 * From the bytes of a text frame to what they say, or to why they say nothing. What takes precedence: that it is JSON,
 * its keys, its type, its schema.
 */
public final class FrameDecoder {
    private static final int DEEPEST = 10;

    /**
     * Names and numbers are bounded by the frame that holds them: a long one misses the schema, it is still JSON. The
     * encoding is UTF-8 and not guessed, or NULs would make UTF-16 of it (CWE-436).
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private FrameDecoder() {}

    /**
     * Compiles the schemas, which happens for the first frame otherwise.
     *
     * @throws UnsupportedSchemaException for one by which it can't judge
     */
    public static void prepare() {
        try {
            FrameSchemas.published();
        } catch (ExceptionInInitializerError broken) {
            if (broken.getCause() instanceof UnsupportedSchemaException unsupported) {
                throw unsupported;
            }
            throw broken;
        }
    }

    public static Decoded decode(byte[] utf8) {
        ParsedObject fields = new ParsedObject();
        SchemaViolations prototypeKeys = new SchemaViolations();
        try (JsonParser parser = FACTORY.createParser(utf8)) {
            new FrameReader(parser, prototypeKeys).readInto(fields);
        } catch (IOException notJson) { // dropped with its message, which quotes the input (CWE-209)
            return unreadable(fields, Rejection.of(Reason.INVALID_JSON));
        }
        return prototypeKeys.isEmpty() ? understand(fields) : invalid(fields, prototypeKeys);
    }

    private static Decoded understand(ParsedObject fields) {
        if (!(fields.get(FieldName.TYPE) instanceof String word)) {
            SchemaViolations violations = new SchemaViolations();
            violations.add(JsonPointer.ROOT.child(FieldName.TYPE), fields.has(FieldName.TYPE) ? "type" : "required");
            return invalid(fields, violations);
        }
        return FrameType.of(word)
                .map(type -> fit(fields, FrameSchemas.published().of(type)))
                .orElseGet(() -> unreadable(fields, Rejection.of(Reason.UNKNOWN_TYPE)));
    }

    private static Decoded fit(ParsedObject fields, FrameSchema schema) {
        SchemaViolations violations = schema.check(fields);
        return violations.isEmpty() ? new Decoded.Frame(schema.record().apply(fields)) : invalid(fields, violations);
    }

    private static Malformed invalid(ParsedObject fields, SchemaViolations violations) {
        return unreadable(fields, Rejection.invalid(violations.details()));
    }

    private static Malformed unreadable(ParsedObject fields, Rejection why) {
        Optional<String> id = fields.textIn(FieldName.ID).filter(FrameSchemas.published()::isFrameId);
        Optional<String> roomId = fields.textIn(FieldName.ROOM_ID).filter(RoomId::isValid);
        return new Malformed(id, roomId, fields.textIn(FieldName.TYPE).flatMap(FrameType::of), why);
    }
}
