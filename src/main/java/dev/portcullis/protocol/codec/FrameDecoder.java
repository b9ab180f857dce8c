package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.RoomId;
import java.io.IOException;
import java.util.Optional;

/**
 * Decodes the bytes of a text frame to a record, or to a rejection. Errors take precedence in this order: JSON,
 * prototype keys, type, schema.
 */
public final class FrameDecoder {
    private FrameDecoder() {}

    /**
     * Compiles the schemas, which otherwise happens for the first frame.
     *
     * @throws UnsupportedSchemaException for a schema that the decoder does not implement
     */
    public static void prepare() {
        try {
            FrameSchemas.published();
        } catch (ExceptionInInitializerError failure) {
            if (failure.getCause() instanceof UnsupportedSchemaException unsupported) {
                throw unsupported;
            }
            throw failure;
        }
    }

    public static Result<ClientFrame, MalformedFrame> decode(byte[] utf8) {
        ParsedObject fields = new ParsedObject();
        SchemaViolations prototypeKeys = new SchemaViolations();
        try {
            FrameReader.read(utf8, FrameSchemas.published().structured(), fields, prototypeKeys);
        } catch (IOException notJson) { // dropped, because its message quotes the input (CWE-209)
            return Result.refused(malformed(fields, Rejection.of(Reason.INVALID_JSON)));
        }
        return prototypeKeys.isEmpty() ? decodeByType(fields) : invalid(fields, prototypeKeys);
    }

    private static Result<ClientFrame, MalformedFrame> decodeByType(ParsedObject fields) {
        if (!(fields.get(FieldName.TYPE) instanceof String typeId)) {
            SchemaViolations violations = new SchemaViolations();
            violations.add(JsonPointer.ROOT.child(FieldName.TYPE), fields.has(FieldName.TYPE) ? "type" : "required");
            return invalid(fields, violations);
        }
        return FrameType.of(typeId)
                .map(type -> checkSchema(type, fields))
                .orElseGet(() -> Result.refused(malformed(fields, Rejection.of(Reason.UNKNOWN_TYPE))));
    }

    private static Result<ClientFrame, MalformedFrame> checkSchema(FrameType type, ParsedObject fields) {
        SchemaViolations violations = new SchemaViolations();
        FrameSchemas.published().of(type).check(fields, JsonPointer.ROOT, violations);
        return violations.isEmpty() ? Result.done(FrameRecords.of(type, fields)) : invalid(fields, violations);
    }

    private static Result<ClientFrame, MalformedFrame> invalid(ParsedObject fields, SchemaViolations violations) {
        return Result.refused(malformed(fields, Rejection.invalid(violations.details())));
    }

    private static MalformedFrame malformed(ParsedObject fields, Rejection why) {
        Optional<String> id = fields.textIn(FieldName.ID).filter(FrameSchemas.published()::isFrameId);
        Optional<String> roomId = fields.textIn(FieldName.ROOM_ID).filter(RoomId::isValid);
        return new MalformedFrame(id, roomId, fields.textIn(FieldName.TYPE).flatMap(FrameType::of), why);
    }
}
