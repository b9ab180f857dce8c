package dev.portcullis.bus.wire;

import dev.portcullis.protocol.WireName;
import java.util.HashMap;
import java.util.Map;

/** A constant, by its {@link WireName} or else its name: its place in the list changes when the list is sorted. */
final class EnumShape implements Shape {
    private final Map<String, Object> constants = new HashMap<>();
    private final Map<Object, String> names = new HashMap<>();

    EnumShape(Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            String name = name(type, ((Enum<?>) constant).name());
            constants.put(name, constant);
            names.put(constant, name);
        }
    }

    @Override
    public void write(Object value, Ink ink) {
        String name = names.get(value);
        if (name == null) {
            throw new IllegalArgumentException(value + " is of another type");
        }
        ink.text(name);
    }

    @Override
    public Object read(Source source) throws Unreadable {
        Object constant = constants.get(source.text());
        if (constant == null) {
            throw new Unreadable("an unknown constant");
        }
        return constant;
    }

    private static String name(Class<?> type, String constant) {
        try {
            WireName name = type.getField(constant).getAnnotation(WireName.class);
            return name == null ? constant : name.value();
        } catch (NoSuchFieldException impossible) {
            throw new IllegalStateException(impossible); // each constant is a public field of its class
        }
    }
}
