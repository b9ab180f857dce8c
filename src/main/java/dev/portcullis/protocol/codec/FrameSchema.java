package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.ClientFrame;
import java.util.function.Function;

/**
 * One frame type: the rule for it and the record it becomes.
 *
 * @param record builds the record from an object that passed the rule
 */
record FrameSchema(ObjectRule rule, Function<ParsedObject, ClientFrame> record) {
    SchemaViolations check(ParsedObject object) {
        SchemaViolations violations = new SchemaViolations();
        rule.check(object, JsonPointer.ROOT, violations);
        return violations;
    }
}
