package dev.portcullis.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object as read: a value for each name we know, in the order they came, and the first of those we don't.
 * Values are {@code String}, {@code Long}, {@code Double}, {@code Boolean}, {@code Slots}, {@code List} or
 * {@link #OTHER}. The typed getters are for values that have passed their rules.
 */
final class Slots {
    /** A value that fits nowhere: null, or an object or list where none is expected. */
    static final Object OTHER = new Object();

    private static final Field[] NO_FIELDS = {};
    private static final Object[] NO_VALUES = {};
    private static final int USUAL_SIZE = 8;

    private Field[] fields = NO_FIELDS;
    private Object[] values = NO_VALUES;
    private int size;
    private @Nullable List<String> unknown;

    void put(Field field, Object value) {
        if (size == fields.length) {
            int larger = Math.max(USUAL_SIZE, 2 * size);
            fields = Arrays.copyOf(fields, larger);
            values = Arrays.copyOf(values, larger);
        }
        fields[size] = field;
        values[size++] = value;
    }

    void putUnknown(String name) {
        if (unknown == null) {
            unknown = new ArrayList<>(1);
        }
        if (unknown.size() < Findings.MOST) {
            unknown.add(name);
        }
    }

    int size() {
        return size;
    }

    Field field(int index) {
        return fields[index];
    }

    Object value(int index) {
        return values[index];
    }

    List<String> unknown() {
        return unknown == null ? List.of() : unknown;
    }

    boolean has(Field field) {
        return get(field) != null;
    }

    @Nullable
    Object get(Field field) {
        for (int i = 0; i < size; i++) {
            if (fields[i] == field) {
                return values[i];
            }
        }
        return null;
    }

    String text(Field field) {
        return textIn(field).orElseThrow();
    }

    /** Empty also where something other than a string stands. */
    Optional<String> textIn(Field field) {
        return get(field) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    long number(Field field) {
        return numberIn(field).orElseThrow();
    }

    /** A whole number, also where it was written as {@code 1.0}. */
    Optional<Long> numberIn(Field field) {
        return get(field) instanceof Number number ? Optional.of(number.longValue()) : Optional.empty();
    }

    boolean flag(Field field) {
        return Boolean.TRUE.equals(get(field));
    }

    Optional<Slots> objectIn(Field field) {
        return get(field) instanceof Slots slots ? Optional.of(slots) : Optional.empty();
    }

    List<Slots> objects(Field field) {
        List<Slots> objects = new ArrayList<>();
        if (get(field) instanceof List<?> list) {
            list.forEach(item -> objects.add((Slots) item));
        }
        return objects;
    }
}
