package dev.portcullis.protocol.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One schema of a file. The compiler takes out each keyword and closes the schema at the end: a keyword that is left is
 * one that the decoder does not implement.
 */
final class SchemaNode {
    /** Keywords without effect on validation. */
    private static final Set<String> ANNOTATIONS = Set.of("title", "$comment");

    private final String where;
    private final Map<String, Object> keywords = new LinkedHashMap<>();

    /** @param where the location, for error messages */
    SchemaNode(String where, @Nullable Object schema) {
        this.where = where;
        if (!(schema instanceof Map<?, ?> object)) {
            throw unsupported("it is not an object");
        }
        object.forEach((keyword, value) -> {
            if (value == null) {
                throw wrong((String) keyword);
            }
            keywords.put((String) keyword, value);
        });
        keywords.keySet().removeAll(ANNOTATIONS);
    }

    /** @param file the file name, for error messages */
    static SchemaNode parse(String file, byte[] json) {
        return JsonTree.read(json).fold(schema -> new SchemaNode(file + "#", schema), (reason, details) -> {
            throw new UnsupportedSchemaException(file, "it is " + reason.id());
        });
    }

    boolean has(String keyword) {
        return keywords.containsKey(keyword);
    }

    Optional<String> text(String keyword) {
        return take(keyword).map(value -> text(keyword, value));
    }

    Optional<Integer> count(String keyword) {
        return integer(keyword).map(number -> {
            if (number < 0 || number > Integer.MAX_VALUE) {
                throw wrong(keyword);
            }
            return number.intValue();
        });
    }

    Optional<Long> integer(String keyword) {
        return take(keyword).map(value -> {
            if (value instanceof Long number) {
                return number;
            }
            throw wrong(keyword);
        });
    }

    Optional<Boolean> flag(String keyword) {
        return take(keyword).map(value -> {
            if (value instanceof Boolean flag) {
                return flag;
            }
            throw wrong(keyword);
        });
    }

    /** Empty if the keyword is absent, as in the methods below. */
    List<String> texts(String keyword) {
        return list(keyword).stream().map(item -> text(keyword, item)).toList();
    }

    List<FieldName> fields(String keyword) {
        return texts(keyword).stream().map(this::field).toList();
    }

    Optional<SchemaNode> schema(String keyword) {
        return Optional.ofNullable(keywords.remove(keyword)).map(value -> new SchemaNode(where + "/" + keyword, value));
    }

    List<SchemaNode> schemas(String keyword) {
        String path = where + "/" + keyword;
        List<SchemaNode> all = new ArrayList<>();
        list(keyword).forEach(item -> all.add(new SchemaNode(path + "/" + all.size(), item)));
        return all;
    }

    /** The schemas of the fields, in the order of the file. */
    Map<FieldName, SchemaNode> schemasByField(String keyword) {
        String path = where + "/" + keyword;
        Map<FieldName, SchemaNode> all = new LinkedHashMap<>();
        object(keyword).forEach((name, value) -> all.put(field(name), new SchemaNode(path + "/" + name, value)));
        return all;
    }

    Map<FieldName, List<FieldName>> fieldsByField(String keyword) {
        Map<FieldName, List<FieldName>> all = new LinkedHashMap<>();
        object(keyword)
                .forEach((name, value) -> all.put(
                        field(name),
                        list(keyword, value).stream()
                                .map(item -> field(text(keyword, item)))
                                .toList()));
        return all;
    }

    void close() {
        if (!keywords.isEmpty()) {
            throw unsupported("it does not implement " + String.join(", ", keywords.keySet()) + " here");
        }
    }

    UnsupportedSchemaException unsupported(String why) {
        return new UnsupportedSchemaException(where, why);
    }

    private Optional<Object> take(String keyword) {
        return Optional.ofNullable(keywords.remove(keyword));
    }

    private List<?> list(String keyword) {
        return list(keyword, take(keyword).orElse(List.of()));
    }

    private List<?> list(String keyword, Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(keyword);
    }

    private Map<String, Object> object(String keyword) {
        if (!(take(keyword).orElse(Map.of()) instanceof Map<?, ?> object)) {
            throw wrong(keyword);
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        object.forEach((name, value) -> byName.put((String) name, value));
        return byName;
    }

    private FieldName field(String name) {
        return Optional.ofNullable(FieldName.of(name))
                .orElseThrow(() -> unsupported("no field of a frame is called " + name));
    }

    private String text(String keyword, Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(keyword);
    }

    private UnsupportedSchemaException wrong(String keyword) {
        return unsupported("it does not implement this value of " + keyword);
    }
}
