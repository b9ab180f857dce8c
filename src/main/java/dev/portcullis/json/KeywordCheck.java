package dev.portcullis.json;

import dev.portcullis.protocol.codec.JsonPointer;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a schema says and no judge looks at: an ignored keyword would let values pass that the schema refuses. Finds lists too
 * whose items are all different but not bounded, since readers of the published schema compare all pairs.
 */
public final class KeywordCheck {
    private static final Set<String> MAY_BE_NULL = Set.of("const", "default");

    private final BiConsumer<String, String> problem;

    private KeywordCheck(BiConsumer<String, String> problem) {
        this.problem = problem;
    }

    /**
     * @param schema as parsed
     * @param problem takes a JSON Pointer into the schema, and what is wrong there
     */
    public static void check(@Nullable Object schema, BiConsumer<String, String> problem) {
        new KeywordCheck(problem).walk(schema, "");
    }

    private void walk(@Nullable Object node, String at) {
        if (!(node instanceof Map<?, ?> schema)) {
            if (!(node instanceof Boolean)) {
                problem.accept(at, "it is no schema");
            }
            return;
        }
        schema.forEach((key, value) ->
                keyword(String.valueOf(key), value, at + "/" + JsonPointer.escape(String.valueOf(key))));
        if (Boolean.TRUE.equals(schema.get("uniqueItems")) && !schema.containsKey("maxItems")) {
            problem.accept(at, "it has uniqueItems without maxItems");
        }
    }

    private void keyword(String key, @Nullable Object value, String at) {
        if (value == null && !MAY_BE_NULL.contains(key)) {
            problem.accept(at, "it is null");
        } else if (!SchemaKeywords.all().contains(key)) {
            problem.accept(at, "no judge knows this keyword");
        } else if (SchemaKeywords.holdsByName(key) && !(value instanceof Map)) {
            problem.accept(at, "it does not hold schemas by name, as " + key + " does");
        } else {
            SchemaKeywords.forEachSchema(key, value, at, this::walk);
        }
    }
}
