package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.IdSyntax;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What a schema asks of one value. What it finds wrong it names by the keyword of the schema that fails. */
@FunctionalInterface
interface ValueRule {
    /** Up to here a JavaScript number holds every integer (RFC 8259, 6). */
    long MAX_INTEGER = (1L << 53) - 1;

    void check(Object value, String path, SchemaViolations to);

    ValueRule FLAG = (value, path, to) -> {
        if (!(value instanceof Boolean)) {
            to.add(path, "type");
        }
    };

    ValueRule NUMBER = (value, path, to) -> {
        if (!(value instanceof Number)) {
            to.add(path, "type");
        }
    };

    /** A string that is checked by whoever reads it. */
    ValueRule STRING = form(text -> true);

    static ValueRule form(Predicate<String> pattern) {
        return (value, path, to) -> {
            if (!(value instanceof String text)) {
                to.add(path, "type");
            } else if (!pattern.test(text)) {
                to.add(path, "pattern");
            }
        };
    }

    /** @param min in code points, and so is {@code max} */
    static ValueRule text(int min, int max) {
        return form(IdSyntax::isWellFormed, min, max);
    }

    static ValueRule form(Predicate<String> pattern, int min, int max) {
        ValueRule form = form(pattern);
        return (value, path, to) -> {
            if (value instanceof String text) {
                int length = text.codePointCount(0, text.length());
                if (length < min) {
                    to.add(path, "minLength");
                } else if (length > max) {
                    to.add(path, "maxLength");
                }
            }
            form.check(value, path, to);
        };
    }

    static ValueRule word(Set<String> words) {
        return (value, path, to) -> {
            if (!(value instanceof String)) {
                to.add(path, "type");
            } else if (!words.contains(value)) {
                to.add(path, "enum");
            }
        };
    }

    static ValueRule integer(long min, long max) {
        return (value, path, to) -> {
            if (!isInteger(value)) {
                to.add(path, "type");
            } else if (((Number) value).doubleValue() < min) {
                to.add(path, "minimum");
            } else if (((Number) value).doubleValue() > max) {
                to.add(path, "maximum");
            }
        };
    }

    static ValueRule list(int min, int max, ValueRule item) {
        return (value, path, to) -> {
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
                item.check(items.get(i), JsonPointer.child(path, i), to);
            }
        };
    }

    /**
     * A list of objects no two of which have the same text under {@code key}, whatever else they hold. In one pass, where
     * the keyword of the schemas compares each item with each other one.
     */
    static ValueRule distinct(FieldName key, ValueRule list) {
        return (value, path, to) -> {
            list.check(value, path, to);
            if (value instanceof List<?> items && repeats(items, key)) {
                to.add(path, "uniqueItems");
            }
        };
    }

    private static boolean repeats(List<?> items, FieldName key) {
        Set<String> seen = new HashSet<>();
        for (Object item : items) {
            Optional<String> text = item instanceof ParsedObject fields ? fields.textIn(key) : Optional.empty();
            if (text.isPresent() && !seen.add(text.get())) {
                return true;
            }
        }
        return false;
    }

    /** {@code 1.0} and {@code 1e3} are integers (JSON Schema 2020-12, 4.2.3). */
    private static boolean isInteger(Object value) {
        return value instanceof Long || (value instanceof Double number && number == Math.rint(number));
    }
}
