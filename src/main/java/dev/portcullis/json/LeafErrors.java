package dev.portcullis.json;

import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.codec.JsonPointer;
import dev.portcullis.protocol.codec.SchemaViolations;
import io.vertx.json.schema.OutputUnit;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Turns the library's list of errors into violations as frames have them: the keyword that failed at its place, without the
 * keywords around it. A keyword with branches, of which none or too many fit, stands for them all.
 */
final class LeafErrors {
    /** For a value in which the place can't be found in bounded time. */
    static final List<Violation> UNEXPLAINED = List.of(new Violation("", "schema"));

    /** The step behind them in the library's location of a keyword is a name or an index. */
    private static final Set<String> WITH_NAME =
            Set.of("properties", "patternProperties", "dependentSchemas", "allOf", "anyOf", "oneOf", "prefixItems");

    private static final Set<String> WITH_BRANCHES = Set.of("anyOf", "oneOf", "not", "contains");

    private static final Set<String> FURTHER_FIELDS = Set.of("additionalProperties", "unevaluatedProperties");

    private static final String THEN = "/if";

    private final @Nullable Object value;
    private final SchemaViolations found = new SchemaViolations();
    private final Set<String> reported = new TreeSet<>();
    private final Set<String> wrongFields = new TreeSet<>();
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
        JsonPointer at = pointer(unit.getInstanceLocation());
        switch (rule) {
            case "" -> {}
            case "required" -> add(at.child(quoted(unit.getError(), "property \"")), rule);
            case "dependentRequired" -> add(at.child(quoted(unit.getError(), "does not have \"")), rule);
            case "format" -> List.of(unit.getError().split(" ", -1)).forEach(each -> add(at, each));
            default -> add(at, rule);
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
    private static String quoted(String sentence, String before) {
        return sentence.substring(sentence.lastIndexOf(before) + before.length(), sentence.length() - 1);
    }

    /** The library escapes names in a way that is not always reversible; one that is not found is left out. */
    private JsonPointer pointer(String location) {
        JsonPointer at = JsonPointer.ROOT;
        Object inner = value;
        String[] steps = location.split("/", -1);
        for (int i = 1; i < steps.length; i++) {
            if (inner instanceof List<?> list) {
                OptionalInt index = indexIn(list, steps[i]);
                if (index.isEmpty()) {
                    return at;
                }
                at = at.child(index.getAsInt());
                inner = list.get(index.getAsInt());
            } else {
                String name = decoded(steps[i]);
                if (!(inner instanceof Map<?, ?> map) || !map.containsKey(name)) {
                    return at;
                }
                at = at.child(name);
                inner = map.get(name);
            }
        }
        return at;
    }

    /** The library counts beyond the end of a list where the first items have schemas of their own. */
    private static OptionalInt indexIn(List<?> list, String step) {
        boolean number = !step.isEmpty() && step.length() < 8 && step.chars().allMatch(c -> c >= '0' && c <= '9');
        return number && Integer.parseInt(step) < list.size()
                ? OptionalInt.of(Integer.parseInt(step))
                : OptionalInt.empty();
    }

    private static String decoded(String step) {
        try {
            return URLDecoder.decode(step.replace("+", "%2B"), StandardCharsets.UTF_8)
                    .replace("~1", "/")
                    .replace("~0", "~");
        } catch (IllegalArgumentException undecodable) {
            return step;
        }
    }
}
