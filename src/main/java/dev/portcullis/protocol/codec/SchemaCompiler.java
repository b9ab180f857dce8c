package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.FrameType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the published schema of a client's frame to the rules of the decoder. It accepts only the keywords that the schemas
 * use, in the places where they use them: an ignored keyword would let frames pass that the schema refuses.
 */
final class SchemaCompiler {
    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";

    /**
     * The field by which {@code uniqueItems} compares the items of a list. JSON Schema compares whole items, so the
     * schema states this only in a comment.
     */
    private static final Map<FieldName, FieldName> KEY_OF_ITEMS = Map.of(FieldName.ROOMS, FieldName.ROOM_ID);

    private final Set<FieldName> structured = EnumSet.noneOf(FieldName.class);

    /** @throws UnsupportedSchemaException for a schema that the decoder does not implement */
    ObjectRule compile(FrameType type, byte[] file) {
        SchemaNode schema = SchemaNode.parse(type.id() + ".json", file);
        require(schema, schema.text("$schema").filter(DRAFT::equals).isPresent(), "it is not of draft 2020-12");
        schema.text("$id");
        ValueRule typeRule = new ValueRule.Constant(type.id());
        if (value(schema, FieldName.TYPE) instanceof ObjectRule rule
                && rule.of(FieldName.TYPE).filter(typeRule::equals).isPresent()) {
            return rule;
        }
        throw schema.unsupported("it is not for an object of the type " + type.id());
    }

    /** The fields under which some schema compiled so far has an object or a list. */
    Set<FieldName> structured() {
        return structured;
    }

    /** @param name the field under which the value stands, at whatever depth */
    private ValueRule value(SchemaNode schema, FieldName name) {
        if (name == FieldName.DATA) {
            schema.close(); // the schema of an event judges it, and this one has nothing to say
            return ValueRule.RAW;
        }
        ValueRule rule = schema.has("const")
                ? new ValueRule.Constant(schema.text("const").orElseThrow())
                : switch (schema.text("type").orElse("")) {
                    case "object" -> object(schema);
                    case "array" -> list(schema, name);
                    case "string" -> string(schema);
                    case "integer" -> integer(schema);
                    case "number" -> ValueRule.NUMBER;
                    case "boolean" -> ValueRule.BOOLEAN;
                    default -> throw schema.unsupported("it does not implement its type");
                };
        schema.close();
        return rule;
    }

    private ObjectRule object(SchemaNode schema) {
        Map<FieldName, ValueRule> rules = new EnumMap<>(FieldName.class);
        schema.schemasByField("properties").forEach((name, inner) -> {
            ValueRule rule = value(inner, name);
            rules.put(name, rule);
            if (rule instanceof ObjectRule || isList(rule)) {
                structured.add(name);
            }
        });
        boolean closed =
                schema.flag("additionalProperties").filter(open -> !open).isPresent();
        require(schema, closed, "it implements objects only that are closed by additionalProperties");
        requireNoPrototypeKeys(schema);
        List<FieldName> required = schema.fields("required");
        require(schema, rules.keySet().containsAll(required), "it requires a field that is no property");
        return new ObjectRule(required, rules, crossFieldRules(schema, rules));
    }

    /**
     * The reader refuses these keys at every depth, also in values that no schema covers; a schema must not say
     * message.
     */
    private static void requireNoPrototypeKeys(SchemaNode schema) {
        SchemaNode names = schema.schema("propertyNames")
                .orElseThrow(() -> schema.unsupported("it implements objects only without prototype keys"));
        SchemaNode excluded = names.schema("not").orElseThrow(() -> names.unsupported("it implements not only"));
        boolean same = Set.copyOf(excluded.texts("enum")).equals(FieldName.PROTOTYPE_KEYS);
        require(excluded, same, "the reader refuses the names " + FieldName.PROTOTYPE_KEYS);
        excluded.close();
        names.close();
    }

    private static List<CrossFieldRule> crossFieldRules(SchemaNode schema, Map<FieldName, ValueRule> rules) {
        List<CrossFieldRule> all = new ArrayList<>();
        if (schema.has("oneOf")) {
            all.add(new CrossFieldRule.ExactlyOne(schema.schemas("oneOf").stream()
                    .map(SchemaCompiler::presence)
                    .toList()));
        }
        schema.schema("not").ifPresent(not -> all.add(new CrossFieldRule.NotTogether(presence(not))));
        schema.fieldsByField("dependentRequired")
                .forEach((name, needed) -> all.add(new CrossFieldRule.OnlyWith(name, needed)));
        schema.schema("if").ifPresent(condition -> {
            List<FieldName> present = presence(condition);
            SchemaNode then = schema.schema("then").orElseThrow(() -> schema.unsupported("it implements no if alone"));
            then.schemasByField("properties")
                    .forEach((name, narrower) ->
                            all.add(new CrossFieldRule.Where(present, name, narrowed(narrower, rules.get(name)))));
            then.close();
        });
        return all;
    }

    /** The fields of a schema that has only {@code required}. */
    private static List<FieldName> presence(SchemaNode schema) {
        List<FieldName> names = schema.fields("required");
        require(schema, !names.isEmpty(), "it implements required only");
        schema.close();
        return names;
    }

    /** Tighter bounds for a text that already has a rule, whose type and pattern stay. */
    private static ValueRule narrowed(SchemaNode narrower, @Nullable ValueRule rule) {
        if (!(rule instanceof ValueRule.Text text)) {
            throw narrower.unsupported("it implements tighter bounds of texts only");
        }
        ValueRule.Text tighter = text.within(min(narrower, "minLength"), max(narrower, "maxLength"));
        narrower.close();
        return tighter;
    }

    private static ValueRule string(SchemaNode schema) {
        if (schema.has("enum")) {
            return new ValueRule.Choice(Set.copyOf(schema.texts("enum")));
        }
        String pattern = schema.text("pattern")
                .orElseThrow(() -> schema.unsupported("it implements strings only with a pattern or an enum"));
        try {
            return new ValueRule.Text(
                    min(schema, "minLength"), max(schema, "maxLength"), PatternCompiler.compile(pattern));
        } catch (IllegalArgumentException unsupported) {
            throw schema.unsupported(String.valueOf(unsupported.getMessage()));
        }
    }

    /** The records hold longs, so a number without bounds would not fit. */
    private static ValueRule integer(SchemaNode schema) {
        long min = schema.integer("minimum").orElse(Long.MIN_VALUE);
        long max = schema.integer("maximum").orElse(Long.MAX_VALUE);
        require(
                schema,
                min >= -ValueRule.Whole.MAX && max <= ValueRule.Whole.MAX,
                "it implements integers only between bounds that a double holds");
        return new ValueRule.Whole(min, max);
    }

    private ValueRule list(SchemaNode schema, FieldName name) {
        SchemaNode item =
                schema.schema("items").orElseThrow(() -> schema.unsupported("it implements lists only with items"));
        int min = min(schema, "minItems");
        int max = max(schema, "maxItems");
        ValueRule list = new ValueRule.Items(min, max, value(item, name));
        if (!schema.flag("uniqueItems").orElse(false)) {
            return list;
        }
        FieldName key = KEY_OF_ITEMS.get(name);
        if (key == null) {
            throw schema.unsupported("it implements uniqueItems only where it knows the key of the items");
        }
        return new ValueRule.Distinct(key, list);
    }

    private static boolean isList(ValueRule rule) {
        return rule instanceof ValueRule.Items || rule instanceof ValueRule.Distinct;
    }

    private static int min(SchemaNode schema, String keyword) {
        return schema.count(keyword).orElse(0);
    }

    private static int max(SchemaNode schema, String keyword) {
        return schema.count(keyword).orElse(Integer.MAX_VALUE);
    }

    private static void require(SchemaNode schema, boolean met, String message) {
        if (!met) {
            throw schema.unsupported(message);
        }
    }
}
