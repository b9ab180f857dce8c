package dev.portcullis.architecture;

import dev.portcullis.protocol.WireName;

/** The recorded names of records of sealed types and of constants. */
final class WireNames {
    private WireNames() {}

    static String of(Class<?> permitted) {
        return permitted.getAnnotation(WireName.class).value();
    }

    static String of(Enum<?> constant) {
        try {
            WireName name =
                    constant.getDeclaringClass().getField(constant.name()).getAnnotation(WireName.class);
            return name == null ? constant.name() : name.value();
        } catch (NoSuchFieldException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
