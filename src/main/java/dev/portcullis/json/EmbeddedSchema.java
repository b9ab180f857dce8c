package dev.portcullis.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A schema as a part of another document, in which its references begin at the part. */
public final class EmbeddedSchema {
    private final String at;

    private EmbeddedSchema(String at) {
        this.at = at;
    }

    /**
     * @param schema a schema in which {@link SchemaCheck} finds no problem
     * @param at a reference to the place of the part
     */
    public static Map<String, @Nullable Object> of(Map<String, ?> schema, String at) {
        return new EmbeddedSchema(at).map(schema);
    }

    private @Nullable Object schema(@Nullable Object node) {
        return node instanceof Map<?, ?> map ? map(map) : node;
    }

    private Map<String, @Nullable Object> map(Map<?, ?> schema) {
        Map<String, @Nullable Object> moved = new LinkedHashMap<>();
        schema.forEach((key, value) -> {
            String keyword = String.valueOf(key);
            if (!keyword.equals("$schema") && !keyword.equals("$id")) { // only the root of a document has them
                moved.put(keyword, moved(keyword, value));
            }
        });
        return moved;
    }

    /** Names of fields and values of an enum may read like keywords. */
    private @Nullable Object moved(String keyword, @Nullable Object value) {
        if (keyword.equals("$ref") && value instanceof String reference) {
            return at + reference.substring(1);
        }
        if (value instanceof Map<?, ?> map && SchemaKeywords.holdsByName(keyword)) {
            Map<String, @Nullable Object> inner = new LinkedHashMap<>();
            map.forEach((name, each) -> inner.put(String.valueOf(name), schema(each)));
            return inner;
        }
        if (value instanceof List<?> list && SchemaKeywords.LISTS.contains(keyword)) {
            return list.stream().map(this::schema).toList();
        }
        return SchemaKeywords.SINGLE.contains(keyword) ? schema(value) : value;
    }
}
