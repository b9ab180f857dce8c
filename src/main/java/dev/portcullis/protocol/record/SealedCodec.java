package dev.portcullis.protocol.record;

import dev.portcullis.protocol.WireName;
import java.util.HashMap;
import java.util.Map;

/** Codes the records that a sealed type permits, by their {@link WireName}. Any other name is refused (CWE-502). */
final class SealedCodec implements TypeCodec {
    private final Map<Class<?>, Arm> byClass = new HashMap<>();
    private final Map<String, RecordCodec> byName = new HashMap<>();

    SealedCodec(Class<?> type, TypeCodecs known) {
        permit(type, known);
    }

    @Override
    public void write(Object value, RecordWriter writer) {
        Arm arm = byClass.get(value.getClass());
        if (arm == null) {
            throw new IllegalArgumentException(value.getClass() + " is not permitted here");
        }
        writer.text(arm.name);
        arm.codec.write(value, writer);
    }

    @Override
    public Object read(RecordReader reader) throws MalformedRecordException {
        RecordCodec codec = byName.get(reader.text());
        if (codec == null) {
            throw new MalformedRecordException("an unknown record");
        }
        return codec.read(reader);
    }

    private void permit(Class<?> type, TypeCodecs known) {
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            if (permitted.isSealed()) {
                permit(permitted, known);
            } else {
                Arm arm = new Arm(name(permitted), known.ofRecord(permitted));
                byClass.put(permitted, arm);
                if (byName.put(arm.name, arm.codec) != null) {
                    throw new IllegalArgumentException(type + " permits two records with the wire name " + arm.name);
                }
            }
        }
    }

    private static String name(Class<?> permitted) {
        WireName name = permitted.getAnnotation(WireName.class);
        if (name == null) {
            throw new IllegalArgumentException(permitted + " has no wire name");
        }
        return name.value();
    }

    private record Arm(String name, RecordCodec codec) {}
}
