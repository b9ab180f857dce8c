package dev.portcullis.json;

import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.codec.JsonPointer;
import dev.portcullis.protocol.codec.SchemaViolations;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of data, whatever its schema: names of a bounded length, since the library writes the names around each value that
 * it looks at; and a bounded number of values, since each costs it some microseconds.
 */
final class DataBounds {
    static final int MAX_NAME = 128;
    static final int MAX_VALUES = 5_000;
    private static final String RULE = "propertyNames";

    private int values;
    private final SchemaViolations found = new SchemaViolations();

    private DataBounds() {}

    /**
     * The violations of the bounds; none if the data keeps to them.
     *
     * @param leftOut fields of the value whose content does not count
     */
    static List<Violation> exceeded(@Nullable Object value, Set<String> leftOut) {
        if (!(value instanceof Map || value instanceof List)) {
            return List.of();
        }
        return exceeded(value instanceof Map<?, ?> map ? without(map, leftOut) : value);
    }

    private static Map<?, ?> without(Map<?, ?> object, Set<String> leftOut) {
        if (Collections.disjoint(object.keySet(), leftOut)) {
            return object;
        }
        Map<Object, @Nullable Object> rest = new LinkedHashMap<>(object);
        rest.replaceAll((name, inner) -> leftOut.contains(String.valueOf(name)) ? null : inner);
        return rest;
    }

    private static List<Violation> exceeded(@Nullable Object value) {
        DataBounds bounds = new DataBounds();
        if (bounds.exceededIn(value)) {
            if (bounds.values > MAX_VALUES) {
                return LeafErrors.UNEXPLAINED;
            }
            bounds.report(value, JsonPointer.ROOT);
        }
        return bounds.found.details();
    }

    private boolean exceededIn(@Nullable Object value) {
        if (++values > MAX_VALUES) {
            return true;
        }
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> field : map.entrySet()) {
                if (isLong(field.getKey()) || exceededIn(field.getValue())) {
                    return true;
                }
            }
        } else if (value instanceof List<?> list) {
            for (Object item : list) {
                if (exceededIn(item)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void report(@Nullable Object value, JsonPointer at) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, inner) -> {
                if (isLong(name)) {
                    found.add(at.child(String.valueOf(name)), RULE);
                } else {
                    report(inner, at.child(String.valueOf(name)));
                }
            });
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                report(list.get(i), at.child(i));
            }
        }
    }

    private boolean isLong(Object name) {
        return String.valueOf(name).length() > MAX_NAME;
    }
}
