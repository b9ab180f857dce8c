package dev.portcullis.json;

import java.util.HashSet;
import java.util.Set;

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
