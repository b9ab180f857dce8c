package dev.portcullis.protocol;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The schema of an object: which fields it must have, which it may have, and that it has no others. */
final class Members implements Rule {
    private final Map<Field, Rule> rules = new EnumMap<>(Field.class);
    private final List<Field> required = new ArrayList<>();

    Members require(Field field, Rule rule) {
        required.add(field);
        return allow(field, rule);
    }

    Members allow(Field field, Rule rule) {
        rules.put(field, rule);
        return this;
    }

    @Override
    public void check(Object value, String path, Findings to) {
        if (!(value instanceof Slots slots)) {
            to.add(path, "type");
            return;
        }
        for (Field field : required) {
            if (!slots.has(field)) {
                to.add(path + field.pointer(), "required");
            }
        }
        for (int i = 0; i < slots.size(); i++) {
            Field field = slots.field(i);
            Rule rule = rules.get(field);
            String at = path.isEmpty() ? field.pointer() : path + field.pointer();
            if (rule == null) {
                to.add(at, "additionalProperties");
            } else {
                rule.check(slots.value(i), at, to);
            }
        }
        for (String name : slots.unknown()) {
            to.add(Pointer.child(path, name), "additionalProperties");
        }
    }
}
