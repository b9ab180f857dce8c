package dev.portcullis.bus.wire;

import java.util.HashMap;
import java.util.Map;

/** A constant, by its name: its place in the list changes when somebody sorts the list. */
final class EnumShape implements Shape {
    private final Map<String, Object> constants = new HashMap<>();

    EnumShape(Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            constants.put(((Enum<?>) constant).name(), constant);
        }
    }

    @Override
    public void write(Object value, Ink ink) {
        ink.text(((Enum<?>) value).name());
    }

    @Override
    public Object read(Source source) throws Unreadable {
        Object constant = constants.get(source.text());
        if (constant == null) {
            throw new Unreadable("an unknown constant");
        }
        return constant;
    }
}
