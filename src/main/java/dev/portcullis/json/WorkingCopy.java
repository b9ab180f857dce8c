package dev.portcullis.json;

import static java.util.Objects.requireNonNull;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes a schema as the library is given it: only keywords that judge, references by address, limits as the {@code int} that the
 * library casts them to, and a {@code format} of our own in place of the keywords of a {@link LeafKeywords}.
 */
final class WorkingCopy {
    static final String ROOT = "https://schema.invalid/0";
    private static final String ADDRESS = "https://schema.invalid/";

    private static final Set<String> COUNTS = Set.of(
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "minContains",
            "maxContains",
            "minLength",
            "maxLength");
    private static final Set<String> AS_WRITTEN = Set.of(
            "type", "required", "dependentRequired", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");

    /** The library tells of a failure of these as one of {@code if}. */
    private static final Set<String> CONDITIONAL = Set.of("then", "else");

    private final SchemaReferences references;
    private final Map<Object, String> addresses = new HashMap<>();
    private final Deque<Map.Entry<String, Object>> open = new ArrayDeque<>();
    private final Map<String, JsonObject> schemas = new LinkedHashMap<>();
    private final Map<String, LeafKeywords> leaves = new HashMap<>();

    private WorkingCopy(SchemaReferences references) {
        this.references = references;
    }

    /**
     * @param schemas by address; that of {@link #ROOT} judges the whole value
     * @param leaves by the format that stands for them
     * @param safeInBranches whether a text may be made safe by a branch that does not fit
     */
    record Written(Map<String, JsonObject> schemas, Map<String, LeafKeywords> leaves, boolean safeInBranches) {}

    /** @throws IllegalArgumentException for a schema that can't be judged, with a pointer and what is wrong */
    static Written of(Object schema, Object document) {
        WorkingCopy copy = new WorkingCopy(new SchemaReferences(document));
        copy.open.add(Map.entry(ROOT, schema));
        while (!copy.open.isEmpty()) {
            Map.Entry<String, Object> next = copy.open.remove();
            copy.schemas.put(next.getKey(), copy.schema(next.getValue(), "not"));
        }
        boolean branches =
                SchemaKeywords.SAME_VALUE.stream().anyMatch(copy.references::uses) || copy.references.uses("contains");
        boolean safe = copy.leaves.values().stream().anyMatch(LeafKeywords::madeSafe);
        return new Written(copy.schemas, copy.leaves, branches && safe);
    }

    /**
     * The library applies {@code true} and {@code false} without calling us, so that nothing would count them.
     *
     * @param keyword the keyword by which {@code false} fails
     */
    private JsonObject schema(@Nullable Object node, String keyword) {
        if (node instanceof Boolean all) {
            return all ? new JsonObject() : new JsonObject().put("format", named(LeafKeywords.refusing(keyword)));
        }
        Map<?, ?> written = map(node);
        JsonObject copy = new JsonObject();
        written.forEach((key, value) -> {
            if (value != null) { // only a const is null
                keyword(String.valueOf(key), value, copy);
            }
        });
        if (copy.containsKey("if") && hasUnevaluated()) {
            forgetFailedCondition(copy);
        }
        if (copy.containsKey("maxContains") && !copy.containsKey("minContains")) {
            copy.put("minContains", 1); // the library forgets it then
        }
        LeafKeywords leaf = leafOf(written);
        if (leaf.matters()) {
            copy.put("format", named(leaf));
        }
        return copy;
    }

    private String named(LeafKeywords leaf) {
        String format = "leaf" + leaves.size();
        leaves.put(format, leaf);
        return format;
    }

    private void keyword(String key, Object value, JsonObject copy) {
        if (AS_WRITTEN.contains(key)) {
            copy.put(key, plain(value));
        } else if (COUNTS.contains(key)) {
            copy.put(key, count(number(value)));
        } else if (key.equals("$ref")) {
            copy.put(key, address(text(value)));
        } else if (key.equals("patternProperties")) {
            JsonObject all = new JsonObject();
            map(value).forEach((pattern, each) -> also(all, forLibrary(String.valueOf(pattern)), schema(each, key)));
            copy.put(key, all);
        } else if (SchemaKeywords.MAPS.contains(key)) {
            JsonObject all = new JsonObject();
            map(value).forEach((name, each) -> all.put(String.valueOf(name), schema(each, key)));
            copy.put(key, all);
        } else if (SchemaKeywords.LISTS.contains(key)) {
            JsonArray all = new JsonArray();
            list(value).forEach(each -> all.add(schema(each, key)));
            copy.put(key, all);
        } else if (SchemaKeywords.SINGLE.contains(key)) {
            copy.put(key, schema(value, CONDITIONAL.contains(key) ? "if" : key));
        }
    }

    /** Two patterns that are written in two ways may be one. */
    private static void also(JsonObject all, String pattern, Object schema) {
        Object before = all.getValue(pattern);
        all.put(pattern, before == null ? schema : new JsonObject().put("allOf", JsonArray.of(before, schema)));
    }

    private static int count(Number written) {
        return (int) Math.min(written.doubleValue(), Integer.MAX_VALUE);
    }

    /** The library compiles them with {@code java.util.regex}. */
    private static String forLibrary(String pattern) {
        return RegexParser.parse(pattern).textForJava();
    }

    private boolean hasUnevaluated() {
        return references.uses("unevaluatedProperties") || references.uses("unevaluatedItems");
    }

    /** The library counts what a failed condition looked at as evaluated, unless it stands behind a {@code not}. */
    private static void forgetFailedCondition(JsonObject copy) {
        JsonArray both = new JsonArray().add(copy.getValue("if"));
        if (copy.containsKey("then")) {
            both.add(copy.getValue("then"));
        }
        Object condition = copy.getValue("if");
        copy.put("then", new JsonObject().put("allOf", both));
        copy.put("if", new JsonObject().put("not", new JsonObject().put("not", condition)));
    }

    private String address(String reference) {
        Object target = references
                .target(reference)
                .orElseThrow(() -> new IllegalArgumentException("the reference " + reference + " leads to no schema"));
        return addresses.computeIfAbsent(new Identity(target), any -> {
            String address = ADDRESS + (addresses.size() + 1);
            open.add(Map.entry(address, target));
            return address;
        });
    }

    private LeafKeywords leafOf(Map<?, ?> written) {
        Optional<Set<@Nullable Object>> allowed = Optional.empty();
        if (written.containsKey("const")) {
            Set<@Nullable Object> one = new HashSet<>();
            one.add(LeafKeywords.canonical(written.get("const")));
            allowed = Optional.of(one);
        }
        if (written.get("enum") instanceof List<?> values) {
            Set<@Nullable Object> all = new HashSet<>();
            values.forEach(value -> all.add(LeafKeywords.canonical(value)));
            allowed.ifPresent(all::retainAll);
            allowed = Optional.of(all);
        }
        return new LeafKeywords(
                textIn(written, "pattern").map(WorkingCopy::pattern),
                textIn(written, "format").map(WorkingCopy::format),
                allowed,
                written.containsKey("const") ? "const" : "enum",
                Boolean.TRUE.equals(written.get("uniqueItems")),
                written.get("maxLength") instanceof Number number ? OptionalInt.of(count(number)) : OptionalInt.empty(),
                Boolean.TRUE.equals(written.get(SchemaKeywords.MADE_SAFE)),
                written.get("multipleOf") instanceof Number number
                        ? Optional.of(LeafKeywords.exact(number))
                        : Optional.empty(),
                Optional.empty(),
                ObjectCost.of(written));
    }

    private static LinearPattern pattern(String source) {
        try {
            return LinearPattern.compile(source);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("the pattern " + source + ": " + refused.getMessage());
        }
    }

    private static StringFormat format(String id) {
        return StringFormat.of(id)
                .orElseThrow(() -> new IllegalArgumentException("the format " + id + " is not known"));
    }

    private static Optional<String> textIn(Map<?, ?> written, String key) {
        return Optional.ofNullable(written.get(key)).map(WorkingCopy::text);
    }

    private static Object plain(Object value) {
        if (value instanceof Number number && !(value instanceof Long || value instanceof Integer)) {
            return number.doubleValue(); // the library compares others digit by digit
        }
        if (value instanceof List<?> list) {
            JsonArray copy = new JsonArray();
            list.forEach(copy::add);
            return copy;
        }
        if (value instanceof Map<?, ?> map) {
            JsonObject copy = new JsonObject();
            map.forEach((key, each) -> copy.put(String.valueOf(key), plain(requireNonNull(each))));
            return copy;
        }
        return value;
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return as(value, Map.class, "an object");
    }

    private static List<?> list(@Nullable Object value) {
        return as(value, List.class, "a list");
    }

    private static String text(@Nullable Object value) {
        return as(value, String.class, "a text");
    }

    private static Number number(@Nullable Object value) {
        return as(value, Number.class, "a number");
    }

    private static <T> T as(@Nullable Object value, Class<T> type, String needed) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("the schema has a value where " + needed + " is needed");
        }
        return type.cast(value);
    }

    /** Two places of a document are two schemas, also if they read alike. */
    private record Identity(Object node) {
        @Override
        @SuppressWarnings("ReferenceEquality") // its purpose
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity identity && identity.node == node;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(node);
        }
    }
}
