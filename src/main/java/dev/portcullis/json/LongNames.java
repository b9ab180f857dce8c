package dev.portcullis.json;

import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.codec.JsonPointer;
import dev.portcullis.protocol.codec.SchemaViolations;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds names of fields that are longer than any schema needs. */
final class LongNames {
    private static final String RULE = "propertyNames";

    private final int max;
    private final SchemaViolations found = new SchemaViolations();

    private LongNames(int max) {
        this.max = max;
    }

    static List<Violation> in(@Nullable Object value, int max) {
        if (!(value instanceof Map || value instanceof List)) {
            return List.of();
        }
        LongNames names = new LongNames(max);
        if (names.hasLong(value)) {
            names.report(value, JsonPointer.ROOT);
        }
        return names.found.details();
    }

    private boolean hasLong(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> field : map.entrySet()) {
                if (isLong(field.getKey()) || hasLong(field.getValue())) {
                    return true;
                }
            }
        } else if (value instanceof List<?> list) {
            for (Object item : list) {
                if (hasLong(item)) {
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
        return String.valueOf(name).length() > max;
    }
}
