package dev.portcullis.protocol.codec;

import java.util.List;

/** A rule of a schema about several fields of an object. */
interface CrossFieldRule {
    void check(ParsedObject object, JsonPointer path, SchemaViolations to);

    /** Exactly one of several sets of fields is present. */
    record ExactlyOne(List<List<FieldName>> sets) implements CrossFieldRule {
        @Override
        public void check(ParsedObject object, JsonPointer path, SchemaViolations to) {
            int present = 0;
            for (List<FieldName> set : sets) {
                present += hasAll(object, set) ? 1 : 0;
            }
            if (present != 1) {
                to.add(path, "oneOf");
            }
        }
    }

    /** A set of fields is never present as a whole. */
    record NotTogether(List<FieldName> names) implements CrossFieldRule {
        @Override
        public void check(ParsedObject object, JsonPointer path, SchemaViolations to) {
            if (hasAll(object, names)) {
                to.add(path, "not");
            }
        }
    }

    /** A field is present only together with others. */
    record OnlyWith(FieldName name, List<FieldName> needed) implements CrossFieldRule {
        @Override
        public void check(ParsedObject object, JsonPointer path, SchemaViolations to) {
            if (object.has(name) && !hasAll(object, needed)) {
                to.add(path, "dependentRequired");
            }
        }
    }

    /** An additional rule for a field where certain other fields are present. */
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
