package dev.portcullis.protocol.record;

import dev.portcullis.protocol.WireName;
import java.util.HashMap;
import java.util.Map;

/** Writes a constant by its {@link WireName} or else its name: its ordinal changes when the constants are reordered. */
final class EnumCodec implements TypeCodec {
    private final Map<String, Object> constants = new HashMap<>();
    private final Map<Object, String> names = new HashMap<>();

    EnumCodec(Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            String name = name(type, ((Enum<?>) constant).name());
            constants.put(name, constant);
            names.put(constant, name);
        }
    }

    @Override
    public void write(Object value, RecordWriter writer) {
        String name = names.get(value);
        if (name == null) {
            throw new IllegalArgumentException(value + " is of another type");
        }
        writer.text(name);
    }

    @Override
    public Object read(RecordReader reader) throws MalformedRecordException {
        Object constant = constants.get(reader.text());
        if (constant == null) {
            throw new MalformedRecordException("an unknown constant");
        }
        return constant;
    }

    private static String name(Class<?> type, String constant) {
        try {
            WireName name = type.getField(constant).getAnnotation(WireName.class);
            return name == null ? constant : name.value();
        } catch (NoSuchFieldException impossible) {
            throw new IllegalStateException(impossible); // each constant is a public field of its enum
        }
    }
}
