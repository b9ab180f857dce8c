package dev.portcullis.protocol.codec;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The schema of an object: its required fields, its allowed fields and the rules between fields. Violations are
 * reported in this order: missing fields, present fields in the order of the object, unknown names, rules between
 * fields.
 */
final class ObjectRule implements ValueRule {
    /**
     * @param inRoot the pointer to the field in the frame itself; made once, because most frames have no nested objects
     */
    private record Property(ValueRule rule, JsonPointer inRoot) {}

    private final FieldName[] required;
    private final Map<FieldName, Property> properties = new EnumMap<>(FieldName.class);
    private final CrossFieldRule[] crossFieldRules;

    ObjectRule(Collection<FieldName> required, Map<FieldName, ValueRule> rules, List<CrossFieldRule> crossFieldRules) {
        this.required = required.toArray(FieldName[]::new);
        rules.forEach((name, rule) -> properties.put(name, new Property(rule, JsonPointer.ROOT.child(name))));
        this.crossFieldRules = crossFieldRules.toArray(CrossFieldRule[]::new);
    }

    /** Empty for a field that the object may not have. */
    Optional<ValueRule> of(FieldName name) {
        return Optional.ofNullable(properties.get(name)).map(Property::rule);
    }

    @Override
    public void check(Object value, JsonPointer path, SchemaViolations to) {
        if (value instanceof ParsedObject object) {
            checkFields(object, path, to);
            for (CrossFieldRule rule : crossFieldRules) {
                rule.check(object, path, to);
            }
        } else {
            to.add(path, "type");
        }
    }

    private static JsonPointer pointer(@Nullable Property property, FieldName name, JsonPointer holder) {
        return property != null && holder == JsonPointer.ROOT ? property.inRoot() : holder.child(name);
    }

    private void checkFields(ParsedObject object, JsonPointer path, SchemaViolations to) {
        for (FieldName field : required) {
            if (!object.has(field)) {
                to.add(pointer(properties.get(field), field, path), "required");
            }
        }
        for (int i = 0; i < object.size(); i++) {
            FieldName field = object.field(i);
            Property property = properties.get(field);
            JsonPointer at = pointer(property, field, path);
            if (property == null) {
                to.add(at, "additionalProperties");
            } else {
                property.rule().check(object.value(i), at, to);
            }
        }
        for (String name : object.unknown()) {
            to.add(path.child(name), "additionalProperties");
        }
    }
}
