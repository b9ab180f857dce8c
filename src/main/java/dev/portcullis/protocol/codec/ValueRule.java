package dev.portcullis.protocol.codec;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rule of a schema for one value. It reports each violation as the schema keyword that failed. */
interface ValueRule {
    void check(Object value, JsonPointer path, SchemaViolations to);

    default boolean accepts(Object value) {
        SchemaViolations violations = new SchemaViolations();
        check(value, JsonPointer.ROOT, violations);
        return violations.isEmpty();
    }

    ValueRule BOOLEAN = (value, path, to) -> {
        if (!(value instanceof Boolean)) {
            to.add(path, "type");
        }
    };

    ValueRule NUMBER = (value, path, to) -> {
        if (!(value instanceof Number)) {
            to.add(path, "type");
        }
    };

    /** Any value that the reader keeps as it came. */
    ValueRule RAW = (value, path, to) -> {
        if (!(value instanceof RawJson raw)) {
            to.add(path, "type");
        } else if (!raw.wellFormed()) {
            to.add(path, "pattern");
        }
    };

    /** Exactly one text. */
    record Constant(String text) implements ValueRule {
        @Override
        public void check(Object value, JsonPointer path, SchemaViolations to) {
            if (!text.equals(value)) {
                to.add(path, "const");
            }
        }
    }

    /** Allows one of several texts. */
    record Choice(Set<String> texts) implements ValueRule {
        @Override
        public void check(Object value, JsonPointer path, SchemaViolations to) {
            if (!(value instanceof String)) {
                to.add(path, "type");
            } else if (!texts.contains(value)) {
                to.add(path, "enum");
            }
        }
    }

    /** @param min in code points, like {@code max} */
    record Text(int min, int max, TextPattern pattern) implements ValueRule {
        @Override
        public void check(Object value, JsonPointer path, SchemaViolations to) {
            if (!(value instanceof String text)) {
                to.add(path, "type");
                return;
            }
            int units = text.length(); // each code point has one or two
            if (units > max || units < 2L * min) {
                checkLength(text.codePointCount(0, units), path, to);
            }
            if (!pattern.matches(text)) {
                to.add(path, "pattern");
            }
        }

        private void checkLength(int length, JsonPointer path, SchemaViolations to) {
            if (length < min) {
                to.add(path, "minLength");
            } else if (length > max) {
                to.add(path, "maxLength");
            }
        }

        /** The same kind of text within other bounds. */
        Text within(int otherMin, int otherMax) {
            return new Text(otherMin, otherMax, pattern);
        }
    }

    record Whole(long min, long max) implements ValueRule {
        /** The largest integer up to which a JavaScript number is exact (RFC 8259, 6). */
        static final long MAX = (1L << 53) - 1;

        @Override
        public void check(Object value, JsonPointer path, SchemaViolations to) {
            if (!isInteger(value)) {
                to.add(path, "type");
                return;
            }
            double number = ((Number) value).doubleValue();
            if (number < min) {
                to.add(path, "minimum");
            } else if (number > max) {
                to.add(path, "maximum");
            }
        }

        /** {@code 1.0} and {@code 1e3} are integers (JSON Schema 2020-12, 4.2.3). */
        private static boolean isInteger(Object value) {
            return value instanceof Long || (value instanceof Double number && number == Math.rint(number));
        }
    }

    record Items(int min, int max, ValueRule item) implements ValueRule {
        @Override
        public void check(Object value, JsonPointer path, SchemaViolations to) {
            if (!(value instanceof List<?> items)) {
                to.add(path, "type");
                return;
            }
            if (items.size() < min) {
                to.add(path, "minItems");
            } else if (items.size() > max) {
                to.add(path, "maxItems");
                return;
            }
            for (int i = 0; i < items.size(); i++) {
                item.check(items.get(i), path.child(i), to);
            }
        }
    }

    /**
     * A list of objects in which no two have the same text under {@code key}. It takes one pass, while
     * {@code uniqueItems} of JSON Schema compares all pairs of items.
     */
    record Distinct(FieldName key, ValueRule list) implements ValueRule {
        @Override
        public void check(Object value, JsonPointer path, SchemaViolations to) {
            list.check(value, path, to);
            if (value instanceof List<?> items && repeats(items)) {
                to.add(path, "uniqueItems");
            }
        }

        private boolean repeats(List<?> items) {
            Set<String> seen = new HashSet<>();
            for (Object item : items) {
                Optional<String> text = item instanceof ParsedObject fields ? fields.textIn(key) : Optional.empty();
                if (text.isPresent() && !seen.add(text.get())) {
                    return true;
                }
            }
            return false;
        }
    }
}
