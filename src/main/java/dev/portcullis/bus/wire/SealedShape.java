package dev.portcullis.bus.wire;

import java.util.HashMap;
import java.util.Map;

/** One of the records that a sealed type permits, by its simple name. No other name means anything (CWE-502). */
final class SealedShape implements Shape {
    private final Map<Class<?>, RecordShape> byClass = new HashMap<>();
    private final Map<String, RecordShape> byName = new HashMap<>();

    SealedShape(Class<?> type, Shapes known) {
        permit(type, known);
    }

    @Override
    public void write(Object value, Ink ink) {
        RecordShape shape = byClass.get(value.getClass());
        if (shape == null) {
            throw new IllegalArgumentException(value.getClass() + " is not permitted here");
        }
        ink.text(value.getClass().getSimpleName());
        shape.write(value, ink);
    }

    @Override
    public Object read(Source source) throws Unreadable {
        RecordShape shape = byName.get(source.text());
        if (shape == null) {
            throw new Unreadable("an unknown record");
        }
        return shape.read(source);
    }

    private void permit(Class<?> type, Shapes known) {
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            if (permitted.isSealed()) {
                permit(permitted, known);
            } else {
                RecordShape shape = known.ofRecord(permitted);
                byClass.put(permitted, shape);
                if (byName.put(permitted.getSimpleName(), shape) != null) {
                    throw new IllegalArgumentException(type + " permits two of the name of " + permitted);
                }
            }
        }
    }
}
