package dev.portcullis.http.contract;

import dev.portcullis.http.contract.InputSchema.TextForm;
import dev.portcullis.json.KeywordCheck;
import dev.portcullis.json.SharedJudge;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the judges of inputs from the schemas of the OpenAPI file. Their references lead to schemas of the same file. */
final class ContractSchemas {
    private static final String SCHEMAS = "#/components/schemas/";
    private static final String REFERENCE = "$ref";
    private static final String TYPE = "type";

    /** Ours: the items of this list are judged one by one. */
    private static final String EACH = "x-portcullis-each";

    private static final String NAMES = "propertyNames";
    private static final Set<String> ANNOTATIONS = Set.of("title", "description");

    /** The reader refuses these keys in each object, so that no judge has to look for them again. */
    private static final Object NO_PROTOTYPE_KEYS =
            Map.of("not", Map.of("enum", List.of("__proto__", "prototype", "constructor")));

    private final Object document;
    private final Map<String, Object> components;

    /**
     * @param file the file name, for error messages
     * @param components the schemas that references lead to, by name
     */
    ContractSchemas(String file, Object document, Map<String, Object> components) {
        this.document = document;
        this.components = components;
        components.forEach((name, schema) -> check(new Located(file + SCHEMAS + name, withoutEach(schema))));
    }

    /** @param where the location in the file, for error messages */
    private record Located(String where, Object schema) {
        UnsupportedContractException unsupported(String why) {
            return new UnsupportedContractException(where, why);
        }
    }

    InputSchema ofBody(String where, Object schema) {
        Located body = new Located(where, schema);
        Object whole = resolved(body);
        if (whole instanceof Map<?, ?> map && map.containsKey(TYPE) && !"object".equals(map.get(TYPE))) {
            throw body.unsupported("it implements objects only as a body");
        }
        Map<String, SharedJudge> each = new HashMap<>();
        items(whole).forEach((name, items) -> {
            Located item = new Located(where, items);
            each.put(name, judge(item, openFields(resolved(item))));
        });
        Set<String> judgedApart = openFields(whole);
        judgedApart.addAll(each.keySet());
        return InputSchema.ofBody(judge(new Located(where, withoutEach(whole)), judgedApart), each);
    }

    InputSchema ofParameter(String where, Object schema) {
        Located parameter = new Located(where, schema);
        SharedJudge judge = judge(parameter, Set.of());
        TextForm form = TextForm.of(resolved(parameter) instanceof Map<?, ?> map ? map.get(TYPE) : null)
                .orElseThrow(() -> parameter.unsupported(
                        "it implements parameters only whose type is string, integer or boolean"));
        return InputSchema.ofParameter(judge, form);
    }

    /** The schema itself, or that of the components to which it refers. */
    private Object resolved(Located from) {
        Object schema = from.schema();
        if (schema instanceof Map<?, ?> map && map.size() == 1 && map.get(REFERENCE) instanceof String reference) {
            Object referred =
                    reference.startsWith(SCHEMAS) ? components.get(reference.substring(SCHEMAS.length())) : null;
            if (referred == null) {
                throw from.unsupported("it implements references only to schemas of the components");
            }
            return referred;
        }
        return schema;
    }

    private SharedJudge judge(Located from, Set<String> leftOut) {
        check(from);
        try {
            return SharedJudge.within(document, withoutNameRules(from.schema()), leftOut);
        } catch (IllegalArgumentException refused) {
            throw from.unsupported(String.valueOf(refused.getMessage()));
        }
    }

    private static void check(Located from) {
        KeywordCheck.check(from.schema(), (pointer, why) -> {
            throw new UnsupportedContractException(from.where() + pointer, why);
        });
    }

    /** The items of each list that is a field of the body and says that they are judged one by one. */
    private static Map<String, Object> items(@Nullable Object body) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (body instanceof Map<?, ?> schema && schema.get("properties") instanceof Map<?, ?> fields) {
            fields.forEach((name, field) -> {
                if (isEach(field) && field instanceof Map<?, ?> list) {
                    all.put(
                            String.valueOf(name),
                            Optional.<Object>ofNullable(list.get("items")).orElse(true));
                }
            });
        }
        return all;
    }

    /** The fields that take any value, such as the data of an event, which its own schema judges. */
    private static Set<String> openFields(Object object) {
        Set<String> open = new HashSet<>();
        if (object instanceof Map<?, ?> schema && schema.get("properties") instanceof Map<?, ?> fields) {
            fields.forEach((name, field) -> {
                if (field instanceof Map<?, ?> any && ANNOTATIONS.containsAll(any.keySet())) {
                    open.add(String.valueOf(name));
                }
            });
        }
        return open;
    }

    private static boolean isEach(@Nullable Object field) {
        return field instanceof Map<?, ?> list && Boolean.TRUE.equals(list.get(EACH));
    }

    /** The same schema, by which such a list fits whatever its items are. */
    private static Object withoutEach(Object body) {
        if (!(body instanceof Map<?, ?> schema && schema.get("properties") instanceof Map<?, ?> fields)) {
            return body;
        }
        Map<Object, @Nullable Object> open = new LinkedHashMap<>(fields);
        open.replaceAll((name, field) -> isEach(field) ? without((Map<?, ?>) field, EACH, "items") : field);
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>(schema);
        copy.put("properties", open);
        return copy;
    }

    private static Map<Object, @Nullable Object> without(Map<?, ?> object, String... keys) {
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>(object);
        copy.keySet().removeAll(List.of(keys));
        return copy;
    }

    private static Object withoutNameRules(Object node) {
        if (node instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            for (Object each : list) {
                copy.add(each == null ? null : withoutNameRules(each));
            }
            return copy;
        }
        if (!(node instanceof Map<?, ?> map)) {
            return node;
        }
        Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (!(NAMES.equals(key) && NO_PROTOTYPE_KEYS.equals(value))) {
                copy.put(key, value == null ? null : withoutNameRules(value));
            }
        });
        return copy;
    }
}
