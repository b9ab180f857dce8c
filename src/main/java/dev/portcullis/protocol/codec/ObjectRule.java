package dev.portcullis.protocol.codec;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The schema of an object: which fields it must have, which it may have, and that it has no others. */
final class ObjectRule implements ValueRule {
    private final Map<FieldName, ValueRule> rules = new EnumMap<>(FieldName.class);
    private final List<FieldName> required = new ArrayList<>();

    ObjectRule require(FieldName name, ValueRule rule) {
        required.add(name);
        return allow(name, rule);
    }

    ObjectRule allow(FieldName name, ValueRule rule) {
        rules.put(name, rule);
        return this;
    }

    @Override
    public void check(Object value, String path, SchemaViolations to) {
        if (!(value instanceof ParsedObject fields)) {
            to.add(path, "type");
            return;
        }
        for (FieldName field : required) {
            if (!fields.has(field)) {
                to.add(path + field.pointer(), "required");
            }
        }
        for (int i = 0; i < fields.size(); i++) {
            FieldName field = fields.field(i);
            ValueRule rule = rules.get(field);
            String at = path.isEmpty() ? field.pointer() : path + field.pointer();
            if (rule == null) {
                to.add(at, "additionalProperties");
            } else {
                rule.check(fields.value(i), at, to);
            }
        }
        for (String name : fields.unknown()) {
            to.add(JsonPointer.child(path, name), "additionalProperties");
        }
    }
}
