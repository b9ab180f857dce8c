package dev.portcullis.json;

import static dev.portcullis.protocol.codec.JsonPointer.escape;

import dev.portcullis.config.text.NameSuggestion;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checks a schema that somebody else wrote, before it judges: that all of it is understood, that no value makes judging costly,
 * here or in a client that has the published schema, and that nothing outside of it is needed. Finds all problems at once.
 */
public final class SchemaCheck {
    /** A value of the frame's size meets each schema that stands for it; a thousand of them describe any event. */
    private static final int MAX_SCHEMAS = 1_000;

    /** Values of an enum and fields are kept for each event loop, and published. */
    private static final int MAX_LIST = 1_000;

    /** A client may compare all pairs. */
    private static final int MAX_UNIQUE = 256;

    /** Clients divide rounded numbers. */
    private static final double MIN_MULTIPLE = 1e-6;

    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";

    private static final DocumentSchema DRAFT_SCHEMA = DocumentSchema.ofSchemas();

    private final Object schema;
    private final SchemaReferences references;
    private final List<SchemaProblem> problems = new ArrayList<>();
    private final IdentityHashMap<Object, String> places = new IdentityHashMap<>();
    private final Map<String, String> referenced = new TreeMap<>();

    private SchemaCheck(Object schema) {
        this.schema = schema;
        this.references = new SchemaReferences(schema);
    }

    /**
     * @param schema as {@link dev.portcullis.config.Json} parses it, which bounds how deep it is: maps, lists, texts, numbers,
     *     flags and null
     */
    public static List<SchemaProblem> problems(@Nullable Object schema) {
        if (!(schema instanceof Map)) {
            return List.of(new SchemaProblem("", "is no object", "write a JSON Schema"));
        }
        SchemaCheck check = new SchemaCheck(schema);
        check.whole();
        return check.problems;
    }

    private void whole() {
        findLargeParts(schema, "");
        if (!problems.isEmpty()) {
            return;
        }
        DRAFT_SCHEMA
                .violations(schema)
                .forEach(violation -> problem(
                        violation.path(),
                        "is not as draft 2020-12 has it (" + violation.rule() + ")",
                        "see json-schema.org"));
        walk(schema, "");
        if (places.size() > MAX_SCHEMAS) {
            problem("", "holds more than " + MAX_SCHEMAS + " schemas", "describe less, or use $defs and $ref");
            return;
        }
        referenced.forEach(this::checkReference);
        findTextsMadeSafeInNames();
        findItemsLeftUnread();
        if (problems.isEmpty()) {
            new SchemaCost(references, places).problems(schema).forEach(problems::add);
        }
        if (problems.isEmpty()) {
            try {
                SchemaJudge.of(schema);
            } catch (IllegalArgumentException refused) {
                problem("", "can't be judged by", String.valueOf(refused.getMessage()));
            }
        }
    }

    private void findLargeParts(@Nullable Object node, String at) {
        int size = node instanceof Map<?, ?> map ? map.size() : node instanceof List<?> list ? list.size() : 0;
        if (size > MAX_LIST) {
            problem(at, "has " + size + " values", "at most " + MAX_LIST + " are possible");
        }
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> findLargeParts(value, at + "/" + escape(String.valueOf(key))));
        } else if (node instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                findLargeParts(list.get(i), at + "/" + i);
            }
        }
    }

    private void walk(@Nullable Object node, String at) {
        if (!(node instanceof Map<?, ?> map) || places.size() > MAX_SCHEMAS) {
            if (node instanceof Boolean) {
                places.put(node, at);
            }
            return;
        }
        places.put(map, at);
        map.forEach((key, value) -> keyword(String.valueOf(key), value, at));
        checkTogether(map, at);
    }

    private void keyword(String key, @Nullable Object value, String at) {
        String place = at + "/" + escape(key);
        if (!SchemaKeywords.all().contains(key)) {
            problem(
                    place,
                    "is no keyword that is judged",
                    NameSuggestion.guess(key, new TreeSet<>(SchemaKeywords.all())));
            return;
        }
        if (SchemaKeywords.holdsByName(key) && value instanceof Map<?, ?> map) {
            map.keySet()
                    .forEach(name -> checkName(key, String.valueOf(name), place + "/" + escape(String.valueOf(name))));
        }
        SchemaKeywords.forEachSchema(key, value, place, this::walk);
        plain(key, value, place, at);
    }

    private void checkName(String key, String name, String place) {
        if (key.equals("patternProperties")) {
            checkPattern(name, place, PatternCost::ofNames);
        } else if (name.length() > DataBounds.MAX_NAME) {
            problem(place, "is longer than " + DataBounds.MAX_NAME + " characters", "no field has such a name");
        }
    }

    private void plain(String key, @Nullable Object value, String place, String at) {
        switch (key) {
            case "$ref" -> {
                if (value instanceof String reference) {
                    referenced.put(place, reference);
                }
            }
            case "$schema" -> {
                if (value instanceof String draft
                        && !draft.replaceFirst("#$", "").equals(DRAFT)) {
                    problem(place, "is another draft", "write " + DRAFT);
                }
            }
            case "$id" -> {
                if (!at.isEmpty()) {
                    problem(place, "gives a part an address of its own", "refer to it by #/…");
                }
            }
            case "pattern" -> {
                if (value instanceof String pattern) {
                    checkPattern(pattern, place, PatternCost::of);
                }
            }
            case "format" -> {
                if (value instanceof String id && StringFormat.of(id).isEmpty()) {
                    List<String> known = List.of(StringFormat.values()).stream()
                            .map(StringFormat::id)
                            .toList();
                    problem(place, "is no format that is judged", NameSuggestion.guess(id, known));
                }
            }
            case "enum" -> {
                if (value instanceof List<?> list && list.isEmpty()) {
                    problem(place, "has 0 values", "no data would fit");
                }
            }
            case "multipleOf" -> {
                if (value instanceof Number number
                        && number.doubleValue() >= 0
                        && number.doubleValue() < MIN_MULTIPLE) {
                    problem(place, "is too fine to be judged", "at least " + MIN_MULTIPLE + " is needed");
                }
            }
            default -> {}
        }
    }

    private void checkTogether(Map<?, ?> map, String at) {
        boolean bounded = map.get("maxItems") instanceof Number max && max.doubleValue() <= MAX_UNIQUE;
        if (Boolean.TRUE.equals(map.get("uniqueItems")) && !bounded) {
            problem(
                    at + "/uniqueItems",
                    "compares the items of a list of any length",
                    "a maxItems of at most " + MAX_UNIQUE + " is needed beside it");
        }
        Object safe = map.get(SchemaKeywords.MADE_SAFE);
        if (safe != null) {
            String place = at + "/" + SchemaKeywords.MADE_SAFE;
            if (!Boolean.TRUE.equals(safe)) {
                problem(place, "is not true", "leave it out for a text that passes as it is");
            } else if (!isText(map.get("type"))) {
                problem(place, "stands at no text", "a \"type\": \"string\" is needed beside it");
            }
        }
    }

    private void findTextsMadeSafeInNames() {
        Set<String> found = new TreeSet<>();
        places.forEach((schema, at) -> {
            if (schema instanceof Map<?, ?> map) {
                findTextsMadeSafe(map.get("propertyNames"), at + "/propertyNames", found);
            }
        });
        found.forEach(place -> problem(place, "stands at the names of fields", "only values are made safe"));
    }

    /** With fewer items than {@code minContains} the library looks at none, and a branch beside it may let the value pass. */
    private void findItemsLeftUnread() {
        if (places.keySet().stream()
                .noneMatch(schema -> schema instanceof Map<?, ?> map && map.containsKey(SchemaKeywords.MADE_SAFE))) {
            return;
        }
        Set<String> found = new TreeSet<>();
        places.forEach((schema, at) -> {
            if (schema instanceof Map<?, ?> map
                    && map.containsKey("contains")
                    && map.get("minContains") instanceof Number min
                    && min.doubleValue() > 1) {
                found.add(at + "/minContains");
            }
        });
        found.forEach(place -> problem(
                place,
                "leaves items unread, whose texts would have to be made safe",
                "write x-content below items, and leave minContains out or 1 at most"));
    }

    /**
     * A schema that is written elsewhere may be right for other values that refer to it, so the place of the names is reported.
     */
    private void findTextsMadeSafe(@Nullable Object names, String at, Set<String> found) {
        for (Map<?, ?> each : references.withAllOfSameValue(names)) {
            if (each.containsKey(SchemaKeywords.MADE_SAFE)) {
                String place = places.getOrDefault(each, at);
                boolean within = place.equals(at) || place.startsWith(at + "/");
                found.add(within ? place + "/" + SchemaKeywords.MADE_SAFE : at);
            }
        }
    }

    private static boolean isText(@Nullable Object type) {
        return "string".equals(type) || (type instanceof List<?> list && list.contains("string"));
    }

    private void checkPattern(String pattern, String place, Function<Regex, Optional<String>> cost) {
        try {
            Optional<String> costly = cost.apply(RegexParser.parse(pattern));
            costly.ifPresent(text -> problem(
                    place,
                    "is a pattern that costs too much: the time for " + text,
                    "begin it with ^, and let no two of its repetitions take the same characters one after the other"));
        } catch (IllegalArgumentException refused) {
            problem(
                    place,
                    "is a pattern that can't be used: " + refused.getMessage(),
                    "write it as ECMA-262 with the flag u, without references to groups and without looking ahead or behind");
        }
    }

    private void checkReference(String place, String reference) {
        Optional<Object> target = references.target(reference);
        if (!reference.startsWith("#")) {
            problem(place, "leads out of this schema", "bring it in as one of the $defs");
        } else if (target.isEmpty() || !places.containsKey(target.get())) {
            problem(place, "leads to no schema", "a pointer such as #/$defs/name is needed");
        }
    }

    private void problem(String at, String what, String fix) {
        problems.add(new SchemaProblem(at, what, fix));
    }
}
