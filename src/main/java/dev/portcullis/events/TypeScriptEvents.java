package dev.portcullis.events;

import dev.portcullis.config.Json;
import dev.portcullis.json.SchemaReferences;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes the declarations of events for TypeScript. A type says less than a schema: bounds, patterns, conditions and what is excluded
 * are left out, so that each value that fits the schema has the type. It is not so for a schema that names fields or items and no
 * {@code type}: any other value fits it, and a type that says so would say nothing about the fields.
 */
public final class TypeScriptEvents {
    private static final String UNKNOWN = "unknown";
    private static final Set<String> OF_OBJECTS =
            Set.of("properties", "required", "additionalProperties", "patternProperties", "unevaluatedProperties");
    private static final Set<String> OF_LISTS = Set.of("items", "prefixItems");

    private final Map<String, Object> schema;
    private final SchemaReferences references;
    private final String name;
    private final Map<String, String> nameByReference = new LinkedHashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final Set<String> taken;

    private TypeScriptEvents(Map<String, Object> schema, String name, Set<String> taken) {
        this.schema = schema;
        this.references = new SchemaReferences(schema);
        this.name = name;
        this.taken = taken;
        nameByReference.put("#", name);
    }

    public static String declarations(EventTypes events) {
        StringBuilder map =
                new StringBuilder("/** The data of each event, by its name. */\nexport interface PortcullisEvents {\n");
        StringBuilder types = new StringBuilder();
        Set<String> taken = new TreeSet<>(Set.of("PortcullisEvents"));
        for (EventType type : events.all()) {
            String name = free(pascal(type.id()), taken);
            map.append("  ")
                    .append(Json.write(type.id()))
                    .append(": ")
                    .append(name)
                    .append(";\n");
            types.append(new TypeScriptEvents(type.schema(), name, taken).all());
        }
        return map.append("}\n").append(types).toString();
    }

    private String all() {
        StringBuilder written = new StringBuilder();
        declare(name, schema, written);
        while (!open.isEmpty()) {
            String reference = open.remove();
            Object target = references.target(reference).orElse(true);
            declare(nameByReference.getOrDefault(SchemaReferences.decoded(reference), UNKNOWN), target, written);
        }
        return written.toString();
    }

    private void declare(String name, @Nullable Object node, StringBuilder into) {
        into.append('\n')
                .append(comment(node, ""))
                .append("export type ")
                .append(name)
                .append(" = ")
                .append(type(node, ""))
                .append(";\n");
    }

    private String type(@Nullable Object node, String indent) {
        if (!(node instanceof Map<?, ?> map)) {
            return Boolean.FALSE.equals(node) ? "never" : UNKNOWN;
        }
        List<String> parts = new ArrayList<>();
        if (map.get("$ref") instanceof String reference) {
            parts.add(referred(reference));
        }
        if (map.get("allOf") instanceof List<?> all) {
            all.forEach(each -> parts.add(type(each, indent)));
        }
        for (String union : List.of("anyOf", "oneOf")) {
            if (map.get(union) instanceof List<?> branches) {
                parts.add(
                        union(branches.stream().map(each -> type(each, indent)).toList()));
            }
        }
        parts.add(own(map, indent));
        List<String> known =
                parts.stream().filter(part -> !part.equals(UNKNOWN)).distinct().toList();
        if (known.size() < 2) {
            return known.isEmpty() ? UNKNOWN : known.get(0);
        }
        return known.stream().map(TypeScriptEvents::bracketed).collect(Collectors.joining(" & "));
    }

    private String own(Map<?, ?> map, String indent) {
        if (map.containsKey("const")) {
            return literal(map.get("const"));
        }
        if (map.get("enum") instanceof List<?> values) {
            return union(values.stream().map(TypeScriptEvents::literal).toList());
        }
        Object type = map.get("type");
        if (type instanceof List<?> types) {
            return union(types.stream()
                    .map(each -> ofType(String.valueOf(each), map, indent))
                    .toList());
        }
        if (type instanceof String only) {
            return ofType(only, map, indent);
        }
        if (map.keySet().stream().anyMatch(OF_OBJECTS::contains)) {
            return object(map, indent);
        }
        return map.keySet().stream().anyMatch(OF_LISTS::contains) ? list(map, indent) : UNKNOWN;
    }

    private String ofType(String type, Map<?, ?> map, String indent) {
        return switch (type) {
            case "integer" -> "number";
            case "object" -> object(map, indent);
            case "array" -> list(map, indent);
            default -> type;
        };
    }

    private String object(Map<?, ?> map, String indent) {
        String inner = indent + "  ";
        StringBuilder fields = new StringBuilder();
        List<?> required = map.get("required") instanceof List<?> names ? names : List.of();
        Map<?, ?> properties = map.get("properties") instanceof Map<?, ?> fieldsByName ? fieldsByName : Map.of();
        properties.forEach((field, each) -> fields.append(comment(each, inner))
                .append(inner)
                .append(Json.write(field))
                .append(required.contains(field) ? ": " : "?: ")
                .append(type(each, inner))
                .append(";\n"));
        required.stream()
                .filter(field -> !properties.containsKey(field))
                .forEach(field -> fields.append(inner).append(Json.write(field)).append(": unknown;\n"));
        Object further = map.get("additionalProperties");
        boolean closed = Boolean.FALSE.equals(further) && !map.containsKey("patternProperties");
        if (!closed && (fields.length() == 0 || further instanceof Map)) {
            boolean only = fields.length() == 0 && !map.containsKey("patternProperties");
            fields.append(inner)
                    .append("[name: string]: ")
                    .append(only ? type(further, inner) : UNKNOWN)
                    .append(";\n");
        }
        return fields.length() == 0 ? "{ [name: string]: never }" : "{\n" + fields + indent + "}";
    }

    private String list(Map<?, ?> map, String indent) {
        Object items = map.get("items");
        if (!(map.get("prefixItems") instanceof List<?> prefix)) {
            return bracketed(type(items, indent)) + "[]";
        }
        long required = map.get("minItems") instanceof Number min ? min.longValue() : 0;
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < prefix.size(); i++) {
            parts.add(bracketed(type(prefix.get(i), indent)) + (i < required ? "" : "?"));
        }
        if (!Boolean.FALSE.equals(items)) {
            parts.add("..." + bracketed(type(items, indent)) + "[]");
        }
        return "[" + String.join(", ", parts) + "]";
    }

    /** Two ways to write a reference lead to one type. */
    private String referred(String reference) {
        String decoded = SchemaReferences.decoded(reference);
        return nameByReference.computeIfAbsent(decoded, any -> {
            open.add(reference);
            return free(name + pascal(decoded.substring(decoded.lastIndexOf('/') + 1)), taken);
        });
    }

    private static String literal(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> Json.write(entry.getKey()) + ": " + literal(entry.getValue()))
                    .collect(Collectors.joining("; ", "{ ", " }"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(TypeScriptEvents::literal).collect(Collectors.joining(", ", "[", "]"));
        }
        return Json.write(value);
    }

    private static String union(List<String> parts) {
        return parts.contains(UNKNOWN)
                ? UNKNOWN
                : parts.stream().distinct().map(TypeScriptEvents::bracketed).collect(Collectors.joining(" | "));
    }

    private static String bracketed(String type) {
        return type.contains(" | ") || type.contains(" & ") ? "(" + type + ")" : type;
    }

    private static String comment(@Nullable Object node, String indent) {
        return node instanceof Map<?, ?> map && map.get("description") instanceof String text
                ? indent + "/** " + text.replace("*/", "*\\/").replaceAll("\\s+", " ") + " */\n"
                : "";
    }

    private static String pascal(String id) {
        StringBuilder name = new StringBuilder();
        for (String part : id.split("[^A-Za-z0-9]+", -1)) {
            if (!part.isEmpty()) {
                name.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
            }
        }
        return name.toString();
    }

    private static String free(String wanted, Set<String> taken) {
        String name = wanted;
        for (int i = 2; !taken.add(name); i++) {
            name = wanted + i;
        }
        return name;
    }
}
