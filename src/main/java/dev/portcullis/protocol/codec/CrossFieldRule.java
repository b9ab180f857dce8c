package dev.portcullis.protocol.codec;

import java.util.List;

/** What a schema asks of the fields of an object together. */
interface CrossFieldRule {
    void check(ParsedObject object, JsonPointer path, SchemaViolations to);

    /** Of some sets of fields exactly one is there. */
    record ExactlyOne(List<List<FieldName>> sets) implements CrossFieldRule {
        @Override
        public void check(ParsedObject object, JsonPointer path, SchemaViolations to) {
            int there = 0;
            for (List<FieldName> set : sets) {
                there += hasAll(object, set) ? 1 : 0;
            }
            if (there != 1) {
                to.add(path, "oneOf");
            }
        }
    }

    /** Some fields are not all there. */
    record NotTogether(List<FieldName> names) implements CrossFieldRule {
        @Override
        public void check(ParsedObject object, JsonPointer path, SchemaViolations to) {
            if (hasAll(object, names)) {
                to.add(path, "not");
            }
        }
    }

    /** A field is only there beside others. */
    record OnlyWith(FieldName name, List<FieldName> needed) implements CrossFieldRule {
        @Override
        public void check(ParsedObject object, JsonPointer path, SchemaViolations to) {
            if (object.has(name) && !hasAll(object, needed)) {
                to.add(path, "dependentRequired");
            }
        }
    }

    /** A field has another rule too where some others are there. */
    record Where(List<FieldName> condition, FieldName name, ValueRule rule) implements CrossFieldRule {
        @Override
        public void check(ParsedObject object, JsonPointer path, SchemaViolations to) {
            Object value = object.get(name);
            if (value != null && hasAll(object, condition)) {
                rule.check(value, path.child(name), to);
            }
        }
    }

    private static boolean hasAll(ParsedObject object, List<FieldName> names) {
        for (int i = 0; i < names.size(); i++) {
            if (!object.has(names.get(i))) {
                return false;
            }
        }
        return true;
    }
}
