package dev.portcullis.json;

import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.codec.JsonPointer;
import dev.portcullis.protocol.codec.SchemaViolations;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What data has to keep to, whatever its schema: names of a bounded length, since the library writes the names around each value that
 * it looks at; and a bounded number of values, since each costs it some microseconds.
 */
final class DataBounds {
    static final int MAX_NAME = 128;
    static final int MAX_VALUES = 5_000;
    private static final String RULE = "propertyNames";

    private int values;
    private final SchemaViolations found = new SchemaViolations();

    private DataBounds() {}

    /** What exceeds them; empty if nothing does. */
    static List<Violation> exceeded(@Nullable Object value) {
        if (!(value instanceof Map || value instanceof List)) {
            return List.of();
        }
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
