package dev.portcullis.protocol.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object as read: the values of known fields in their order, and the first unknown names. Values are
 * {@code String}, {@code Long}, {@code Double}, {@code Boolean}, {@code ParsedObject}, {@code List}, {@link RawJson} or
 * {@link #OTHER}.
 * The typed getters are for values that have passed their rules.
 */
final class ParsedObject {
    /** A value that no rule accepts: null, or an object or list where none is expected. */
    static final Object OTHER = new Object();

    private static final FieldName[] NO_FIELDS = {};
    private static final Object[] NO_VALUES = {};
    private static final int INITIAL_SIZE = 8;

    private FieldName[] names = NO_FIELDS;
    private Object[] values = NO_VALUES;
    private int size;
    private @Nullable List<String> unknown;

    void put(FieldName name, Object value) {
        if (size == names.length) {
            int larger = Math.max(INITIAL_SIZE, 2 * size);
            names = Arrays.copyOf(names, larger);
            values = Arrays.copyOf(values, larger);
        }
        names[size] = name;
        values[size++] = value;
    }

    void putUnknown(String name) {
        if (unknown == null) {
            unknown = new ArrayList<>(1);
        }
        if (unknown.size() < SchemaViolations.MAX_DETAILS) {
            unknown.add(name);
        }
    }

    void clear() {
        size = 0;
        unknown = null;
    }

    int size() {
        return size;
    }

    FieldName field(int index) {
        return names[index];
    }

    Object value(int index) {
        return values[index];
    }

    List<String> unknown() {
        return unknown == null ? List.of() : unknown;
    }

    boolean has(FieldName name) {
        return get(name) != null;
    }

    @Nullable
    Object get(FieldName name) {
        for (int i = 0; i < size; i++) {
            if (names[i] == name) {
                return values[i];
            }
        }
        return null;
    }

    String text(FieldName name) {
        return textIn(name).orElseThrow();
    }

    /** Empty also if the value is not a string. */
    Optional<String> textIn(FieldName name) {
        return get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** The bytes of a value that was kept as it came. */
    Optional<byte[]> rawIn(FieldName name) {
        return get(name) instanceof RawJson raw ? Optional.of(raw.utf8()) : Optional.empty();
    }

    long number(FieldName name) {
        return numberIn(name).orElseThrow();
    }

    /** A whole number, also where it was written as {@code 1.0}. */
    Optional<Long> numberIn(FieldName name) {
        return get(name) instanceof Number number ? Optional.of(number.longValue()) : Optional.empty();
    }

    boolean flag(FieldName name) {
        return Boolean.TRUE.equals(get(name));
    }

    Optional<ParsedObject> objectIn(FieldName name) {
        return get(name) instanceof ParsedObject object ? Optional.of(object) : Optional.empty();
    }

    List<ParsedObject> objects(FieldName name) {
        List<ParsedObject> objects = new ArrayList<>();
        if (get(name) instanceof List<?> list) {
            list.forEach(item -> objects.add((ParsedObject) item));
        }
        return objects;
    }
}
