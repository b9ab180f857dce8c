package dev.portcullis.json;

import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.codec.JsonPointer;
import dev.portcullis.protocol.codec.SchemaViolations;
import io.vertx.json.schema.OutputUnit;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns the library's list of errors into violations as frames have them: the keyword that failed at its place, without the
 * keywords around it. A keyword with branches, of which none or too many fit, stands for them all.
 */
final class LeafErrors {
    /** The violation of a value in which the place can't be found in bounded time. */
    static final List<Violation> UNEXPLAINED = List.of(new Violation("", "schema"));

    /** The step behind them in the library's location of a keyword is a name or an index. */
    private static final Set<String> WITH_NAME =
            Set.of("properties", "patternProperties", "dependentSchemas", "allOf", "anyOf", "oneOf", "prefixItems");

    private static final Set<String> WITH_BRANCHES = Set.of("anyOf", "oneOf", "not", "contains");

    private static final Set<String> FURTHER_FIELDS = Set.of("additionalProperties", "unevaluatedProperties");

    private static final String THEN = "/if";

    private static final String LACKS = "Instance does not have required property \"";
    private static final String HAS = "Instance has \"";
    private static final String BUT_LACKS = "\" but does not have \"";

    /** The characters of a name that the library's locations have as they are. */
    private static final String PLAIN =
            ":?#@!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._";

    private final @Nullable Object value;
    private final SchemaViolations found = new SchemaViolations();
    private final Set<String> reported = new TreeSet<>();
    private final Set<String> wrongFields = new TreeSet<>();
    private final IdentityHashMap<Map<?, ?>, Map<String, Optional<String>>> namesByStep = new IdentityHashMap<>();
    private String skipped = "";

    private LeafErrors(@Nullable Object value) {
        this.value = value;
    }

    static List<Violation> of(OutputUnit judged, @Nullable Object value) {
        LeafErrors errors = new LeafErrors(value);
        List<OutputUnit> units = judged.getErrors() == null ? List.of() : judged.getErrors();
        for (int i = 0; i < units.size(); i++) {
            if (errors.isOtherwiseWrong(units.get(i))) {
                continue;
            }
            String behind = i + 1 < units.size() ? units.get(i + 1).getKeywordLocation() : "";
            errors.unit(units.get(i), behind);
        }
        List<Violation> details = errors.found.details();
        return details.isEmpty() ? UNEXPLAINED : details;
    }

    /**
     * Whether the error is only that a field, which has a schema and does not fit it, does not fit the schema for further fields
     * either: the library counts it as one of those.
     */
    private boolean isOtherwiseWrong(OutputUnit unit) {
        String location = unit.getKeywordLocation();
        String at = unit.getInstanceLocation();
        if (!skipped.isEmpty() && location.startsWith(skipped + "/")) {
            return true;
        }
        skipped = "";
        String keyword = lastOf(location);
        String around = location.substring(0, location.length() - keyword.length());
        if (keyword.equals("properties") || keyword.equals("patternProperties")) {
            wrongFields.add(around + " " + at);
        } else if (FURTHER_FIELDS.contains(keyword) && wrongFields.contains(around + " " + at)) {
            skipped = location;
            return true;
        }
        return false;
    }

    private void unit(OutputUnit unit, String behind) {
        String location = unit.getKeywordLocation();
        boolean surrounds = behind.startsWith(location + "/")
                || (location.endsWith(THEN)
                        && behind.startsWith(location.substring(0, location.length() - THEN.length()) + "/then/"));
        if (surrounds && !WITH_BRANCHES.contains(lastOf(location))) {
            return;
        }
        String rule = ruleOf(location);
        Place place = placeOf(unit.getInstanceLocation());
        switch (rule) {
            case "" -> {}
            case "required" -> add(place.missing(lacking(unit.getError())), rule);
            case "dependentRequired" -> add(place.missing(lackingBeside(unit.getError(), place.value())), rule);
            case "format" -> List.of(unit.getError().split(" ", -1)).forEach(each -> add(place.at(), each));
            default -> add(place.at(), rule);
        }
    }

    private void add(JsonPointer at, String rule) {
        if (reported.add(at + " " + rule)) {
            found.add(at, rule);
        }
    }

    /** The keyword that failed; empty for one within a branch. */
    private static String ruleOf(String location) {
        String[] steps = location.split("/", -1);
        int at = 1;
        while (at < steps.length - 1) {
            String keyword = steps[at];
            if (WITH_BRANCHES.contains(keyword)) {
                return "";
            }
            if (keyword.equals("propertyNames")) {
                return keyword;
            }
            at += WITH_NAME.contains(keyword) ? 2 : 1;
        }
        return lastOf(location);
    }

    private static String lastOf(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** The name of a field in the schema, at the end of the library's sentence. */
    private static Optional<String> lacking(String sentence) {
        return sentence.startsWith(LACKS)
                ? Optional.of(sentence.substring(LACKS.length(), sentence.length() - 1))
                : Optional.empty();
    }

    /**
     * The second name in the library's sentence. Both are those of the operator, and may hold the words between them; so the
     * first one must be in the object and the second must not. Empty if there are several ways to read it.
     */
    private static Optional<String> lackingBeside(String sentence, @Nullable Object value) {
        Optional<String> found = Optional.empty();
        if (value instanceof Map<?, ?> object && sentence.startsWith(HAS)) {
            for (int at = sentence.indexOf(BUT_LACKS); at >= 0; at = sentence.indexOf(BUT_LACKS, at + 1)) {
                boolean longEnough = at >= HAS.length();
                String second = sentence.substring(at + BUT_LACKS.length(), sentence.length() - 1);
                if (longEnough
                        && object.containsKey(sentence.substring(HAS.length(), at))
                        && !object.containsKey(second)) {
                    if (found.isPresent()) {
                        return Optional.empty();
                    }
                    found = Optional.of(second);
                }
            }
        }
        return found;
    }

    /** @param value the value there; null also if the place could not be found */
    private record Place(JsonPointer at, @Nullable Object value) {
        JsonPointer missing(Optional<String> name) {
            return name.map(at::child).orElse(at);
        }
    }

    /** The enclosing value if the place can't be found. */
    private Place placeOf(String location) {
        JsonPointer at = JsonPointer.ROOT;
        Object inner = value;
        String[] steps = location.split("/", -1);
        for (int i = 1; i < steps.length; i++) {
            if (inner instanceof List<?> list) {
                OptionalInt index = indexIn(list, steps[i]);
                if (index.isEmpty()) {
                    return new Place(at.asEnd(), null);
                }
                at = at.child(index.getAsInt());
                inner = list.get(index.getAsInt());
            } else if (inner instanceof Map<?, ?> map) {
                Optional<String> name = nameIn(map, steps[i]);
                if (name.isEmpty()) {
                    return new Place(at.asEnd(), null);
                }
                at = at.child(name.get());
                inner = map.get(name.get());
            } else {
                return new Place(at.asEnd(), null);
            }
        }
        return new Place(at, inner);
    }

    /**
     * The library writes some names with control characters as it writes others, such as {@code "} and U+0002 with a 2 behind.
     */
    private Optional<String> nameIn(Map<?, ?> object, String step) {
        return namesByStep
                .computeIfAbsent(object, any -> {
                    Map<String, Optional<String>> names = new HashMap<>();
                    object.keySet().forEach(key -> {
                        String name = String.valueOf(key);
                        names.merge(encoded(name), Optional.of(name), (one, other) -> Optional.empty());
                    });
                    return names;
                })
                .getOrDefault(step, Optional.empty());
    }

    /**
     * The index in the library's sentence. For {@code contains} the library tells the index behind the items that it judged
     * before, which may be the end of the list.
     */
    private static OptionalInt indexIn(List<?> list, String step) {
        boolean number = !step.isEmpty() && step.length() < 8 && step.chars().allMatch(c -> c >= '0' && c <= '9');
        return number && Integer.parseInt(step) < list.size()
                ? OptionalInt.of(Integer.parseInt(step))
                : OptionalInt.empty();
    }

    /** Encodes as the library does it: a byte below 16 has one digit. */
    private static String encoded(String name) {
        StringBuilder step = new StringBuilder(name.length());
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            if (each == '~') {
                step.append("~0");
            } else if (each == '/') {
                step.append("~1");
            } else if (PLAIN.indexOf(each) >= 0) {
                step.append((char) each);
            } else {
                step.append('%')
                        .append(Integer.toHexString(Byte.toUnsignedInt(each)).toUpperCase(Locale.ROOT));
            }
        }
        return step.toString();
    }
}
