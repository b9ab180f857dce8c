package dev.portcullis.json;

import dev.portcullis.protocol.codec.JsonPointer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The keywords of draft 2020-12 that are judged, by the form of their value. */
final class SchemaKeywords {
    /** Ours: a text that is made safe for HTML before it goes on. */
    static final String MADE_SAFE = "x-content";

    /** Hold schemas by name. */
    static final Set<String> MAPS = Set.of("properties", "patternProperties", "dependentSchemas");

    /** Hold a list of schemas. */
    static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf", "prefixItems");

    /** Hold one schema. */
    static final Set<String> SINGLE = Set.of(
            "not",
            "if",
            "then",
            "else",
            "items",
            "contains",
            "additionalProperties",
            "propertyNames",
            "unevaluatedItems",
            "unevaluatedProperties");

    /** Hold schemas that judge only where a reference leads to them. */
    static final String DEFINITIONS = "$defs";

    /** Hold no schema. */
    static final Set<String> PLAIN = Set.of(
            "$ref",
            "type",
            "enum",
            "const",
            "pattern",
            "format",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minItems",
            "maxItems",
            "uniqueItems",
            "minContains",
            "maxContains",
            "minProperties",
            "maxProperties",
            "required",
            "dependentRequired",
            MADE_SAFE);

    /** Say something about the value, and judge nothing. */
    static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "contentMediaType",
            "contentEncoding",
            "contentSchema");

    /** The keywords whose schemas judge the same value as the schema in which they stand. */
    static final Set<String> SAME_VALUE =
            Set.of("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas");

    private SchemaKeywords() {}

    static boolean holdsByName(String keyword) {
        return MAPS.contains(keyword) || keyword.equals(DEFINITIONS);
    }

    /**
     * The schemas that a keyword holds; none for a value of another form.
     *
     * @param at the place of the keyword, a JSON Pointer
     * @param each takes a schema and its place
     */
    static void forEachSchema(
            String keyword, @Nullable Object value, String at, BiConsumer<@Nullable Object, String> each) {
        if (value instanceof Map<?, ?> map && holdsByName(keyword)) {
            map.forEach((name, schema) -> each.accept(schema, at + "/" + JsonPointer.escape(String.valueOf(name))));
        } else if (value instanceof List<?> list && LISTS.contains(keyword)) {
            for (int i = 0; i < list.size(); i++) {
                each.accept(list.get(i), at + "/" + i);
            }
        } else if (SINGLE.contains(keyword)) {
            each.accept(value, at);
        }
    }

    static Set<String> all() {
        Set<String> all = new HashSet<>(PLAIN);
        all.addAll(ANNOTATIONS);
        all.addAll(MAPS);
        all.addAll(LISTS);
        all.addAll(SINGLE);
        all.add(DEFINITIONS);
        return all;
    }
}
