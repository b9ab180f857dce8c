package dev.portcullis.json;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Counts what applying one schema to one object costs the library beside the schemas that it applies to the fields: it walks all fields
 * that the schema knows, escapes the names that the object has, compiles each pattern again, and describes each name that is missing.
 * A step is about a tenth of a microsecond.
 *
 * @param known how many names the schema has for which the object is asked
 * @param patterns how many patterns of names
 * @param readsNames whether it looks at each name of the object
 */
record ObjectCost(
        int known, int patterns, boolean readsNames, Set<String> required, Map<String, List<String>> dependent) {
    private static final int STEPS_FOR_KNOWN = 2;
    private static final int STEPS_FOR_PATTERN = 20;
    private static final int STEPS_FOR_MISSING = 40;

    /** The library writes down each of its bytes as a number. */
    private static final int STEPS_FOR_FOREIGN = 6;

    private static final Set<String> OF_ALL_NAMES =
            Set.of("properties", "patternProperties", "propertyNames", "additionalProperties", "unevaluatedProperties");

    static ObjectCost of(Map<?, ?> schema) {
        int known = 0;
        for (String keyword : List.of("properties", "dependentSchemas", "dependentRequired")) {
            known += schema.get(keyword) instanceof Map<?, ?> fields ? fields.size() : 0;
        }
        int patterns = schema.get("patternProperties") instanceof Map<?, ?> byPattern ? byPattern.size() : 0;
        return new ObjectCost(
                known,
                patterns,
                OF_ALL_NAMES.stream().anyMatch(schema::containsKey),
                Set.copyOf(names(schema.get("required"))),
                dependent(schema.get("dependentRequired")));
    }

    private static Map<String, List<String>> dependent(@Nullable Object written) {
        return written instanceof Map<?, ?> map
                ? map.entrySet().stream()
                        .collect(Collectors.toUnmodifiableMap(
                                each -> String.valueOf(each.getKey()), each -> names(each.getValue())))
                : Map.of();
    }

    private static List<String> names(@Nullable Object written) {
        return written instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    boolean matters() {
        return known > 0 || readsNames || !required.isEmpty();
    }

    long steps(Map<?, ?> object) {
        long steps = (long) STEPS_FOR_KNOWN * known + missing(required, object);
        for (Map.Entry<String, List<String>> each : dependent.entrySet()) {
            steps += object.containsKey(each.getKey()) ? missing(each.getValue(), object) : 0;
        }
        if (readsNames) {
            long names = 0;
            for (Object name : object.keySet()) {
                names += steps((String) name);
            }
            steps += names * (1 + patterns) + (long) STEPS_FOR_PATTERN * patterns;
        }
        return steps;
    }

    private static long missing(Iterable<String> names, Map<?, ?> object) {
        long steps = 0;
        for (String name : names) {
            steps += object.containsKey(name) ? 0 : STEPS_FOR_MISSING;
        }
        return steps;
    }

    private static long steps(String name) {
        long steps = 1;
        for (int i = 0; i < name.length(); i++) {
            steps += name.charAt(i) < 0x80 ? 0 : STEPS_FOR_FOREIGN;
        }
        return steps + name.length() / 4;
    }
}
