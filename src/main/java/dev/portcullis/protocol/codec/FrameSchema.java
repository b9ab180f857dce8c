package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.ClientFrame;
import java.util.List;
import java.util.function.Function;

/**
 * One frame type: its fields, what holds between them, and the record it becomes.
 *
 * @param crossFieldRules rules for the frame as a whole
 * @param frame builds the record from slots that passed every rule
 */
record FrameSchema(ObjectRule members, List<ValueRule> crossFieldRules, Function<ParsedObject, ClientFrame> frame) {
    SchemaViolations check(ParsedObject fields) {
        SchemaViolations violations = new SchemaViolations();
        members.check(fields, JsonPointer.ROOT, violations);
        for (ValueRule rule : crossFieldRules) {
            rule.check(fields, JsonPointer.ROOT, violations);
        }
        return violations;
    }

    static ValueRule exactlyOne(FieldName one, FieldName other) {
        return whole("oneOf", fields -> fields.has(one) != fields.has(other));
    }

    static ValueRule notBoth(FieldName one, FieldName other) {
        return whole("not", fields -> !fields.has(one) || !fields.has(other));
    }

    static ValueRule onlyWith(FieldName needed, FieldName name) {
        return whole("dependentRequired", fields -> fields.has(needed) || !fields.has(name));
    }

    /** A tighter rule for {@code field} where {@code condition} stands in the frame too. */
    static ValueRule where(FieldName condition, FieldName name, ValueRule rule) {
        return (frame, path, to) -> {
            ParsedObject fields = (ParsedObject) frame;
            Object value = fields.get(name);
            if (value != null && fields.has(condition)) {
                rule.check(value, path + name.pointer(), to);
            }
        };
    }

    private static ValueRule whole(String keyword, Function<ParsedObject, Boolean> holds) {
        return (frame, path, to) -> {
            if (!holds.apply((ParsedObject) frame)) {
                to.add(path, keyword);
            }
        };
    }
}
