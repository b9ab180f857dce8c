package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.FrameType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** The schema of each type of frame, compiled from the published files when this class is first used. */
final class FrameSchemas {
    private static final FrameSchemas PUBLISHED =
            new FrameSchemas(type -> JsonSchemas.find(type.id()).orElseThrow());

    private final Map<FrameType, ObjectRule> byType = new EnumMap<>(FrameType.class);
    private final Set<FieldName> structured;

    /** @throws UnsupportedSchemaException for a schema that the decoder does not implement */
    FrameSchemas(Function<FrameType, byte[]> files) {
        SchemaCompiler compiler = new SchemaCompiler();
        for (FrameType type : FrameType.values()) {
            byType.put(type, compiler.compile(type, files.apply(type)));
        }
        structured = compiler.structured();
    }

    static FrameSchemas published() {
        return PUBLISHED;
    }

    ObjectRule of(FrameType type) {
        return Objects.requireNonNull(byType.get(type));
    }

    /** The names under which some frame has an object or a list. */
    Set<FieldName> structured() {
        return structured;
    }

    /** All types share the rule for ids, so a refusal can carry the id of a frame whose type is unknown. */
    boolean isFrameId(String text) {
        return of(FrameType.PING)
                .of(FieldName.ID)
                .filter(id -> id.accepts(text))
                .isPresent();
    }
}
