package dev.portcullis.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.portcullis.protocol.Decoded.Unreadable;
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

    public static Decoded decode(byte[] utf8) {
        Slots slots = new Slots();
        Findings prototypeKeys = new Findings();
        try (JsonParser parser = FACTORY.createParser(utf8)) {
            new FrameReader(parser, prototypeKeys).readInto(slots);
        } catch (IOException notJson) { // dropped with its message, which quotes the input (CWE-209)
            return unreadable(slots, Rejection.of(Reason.INVALID_JSON));
        }
        return prototypeKeys.isEmpty() ? understand(slots) : invalid(slots, prototypeKeys);
    }

    private static Decoded understand(Slots slots) {
        if (!(slots.get(Field.TYPE) instanceof String word)) {
            Findings findings = new Findings();
            findings.add(Field.TYPE.pointer(), slots.has(Field.TYPE) ? "type" : "required");
            return invalid(slots, findings);
        }
        return FrameType.of(word)
                .map(type -> fit(slots, Shapes.of(type)))
                .orElseGet(() -> unreadable(slots, Rejection.of(Reason.UNKNOWN_TYPE)));
    }

    private static Decoded fit(Slots slots, Shape shape) {
        Findings findings = shape.check(slots);
        return findings.isEmpty() ? new Decoded.Frame(shape.frame().apply(slots)) : invalid(slots, findings);
    }

    private static Unreadable invalid(Slots slots, Findings findings) {
        return unreadable(slots, Rejection.invalid(findings.details()));
    }

    private static Unreadable unreadable(Slots slots, Rejection why) {
        Optional<String> id = slots.textIn(Field.ID).filter(Form::isFrameId);
        Optional<String> roomId = slots.textIn(Field.ROOM_ID).filter(Form::isRoomId);
        return new Unreadable(id, roomId, slots.textIn(Field.TYPE).flatMap(FrameType::of), why);
    }
}
