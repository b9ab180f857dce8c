package dev.portcullis.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keywords of one schema object that the library does not judge: at a cost that the value decides, since it compiles each
 * pattern again for each value, encodes a list of allowed values for each that is not in it, and compares all pairs of items;
 * or not rightly, since it divides numbers as they are rounded. And what it counts of those that it judges.
 *
 * @param allowed the canonical forms of {@code enum}, or of {@code const}
 * @param allowedRule the keyword by which they are given
 * @param maxLength beyond which the pattern is not tried, since the library reports the length anyway
 * @param madeSafe whether a text is made safe before it goes on
 * @param multiple the number that a value has to be divisible by
 * @param refusing the keyword that refuses every value by {@code false}
 */
record LeafKeywords(
        Optional<LinearPattern> pattern,
        Optional<StringFormat> format,
        Optional<Set<@Nullable Object>> allowed,
        String allowedRule,
        boolean uniqueItems,
        OptionalInt maxLength,
        boolean madeSafe,
        Optional<BigDecimal> multiple,
        Optional<String> refusing,
        ObjectCost ofObject) {
    private static final long EXACT = 1L << 53;

    /** A text is compared by its hash, and copied where it stands in an object or a list. */
    private static final int CHARACTERS_IN_STEP = 16;

    static LeafKeywords refusing(String keyword) {
        return new LeafKeywords(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "",
                false,
                OptionalInt.empty(),
                false,
                Optional.empty(),
                Optional.of(keyword),
                ObjectCost.of(Map.of()));
    }

    /** The keywords that fail, separated by spaces; empty if none does. */
    String violated(@Nullable Object value) {
        if (refusing.isPresent()) {
            return refusing.get();
        }
        String rules = "";
        if (value instanceof String text) {
            if (!isTooLong(text) && pattern.isPresent() && !pattern.get().isIn(text)) {
                rules = "pattern";
            }
            if (format.isPresent() && !format.get().admits(text)) {
                rules = rules.isEmpty() ? "format" : rules + " format";
            }
        }
        if (allowed.isPresent() && !allowed.get().contains(canonical(value))) {
            rules = rules.isEmpty() ? allowedRule : rules + " " + allowedRule;
        }
        if (value instanceof Number number && multiple.isPresent() && !isMultiple(number, multiple.get())) {
            rules = rules.isEmpty() ? "multipleOf" : rules + " multipleOf";
        }
        if (uniqueItems && value instanceof JsonArray items && hasEqual(items.getList())) {
            rules = rules.isEmpty() ? "uniqueItems" : rules + " uniqueItems";
        }
        return rules;
    }

    /** Whether the library's judge needs them. */
    boolean matters() {
        return pattern.isPresent()
                || format.isPresent()
                || allowed.isPresent()
                || uniqueItems
                || madeSafe
                || multiple.isPresent()
                || refusing.isPresent()
                || ofObject.matters();
    }

    /** The steps that judging takes, each of them less than a microsecond. */
    long steps(@Nullable Object value) {
        if (value instanceof String text) {
            long matching =
                    isTooLong(text) ? 0 : pattern.map(each -> each.steps(text)).orElse(0L);
            return matching + (format.isPresent() ? text.length() : 0);
        }
        long steps = value instanceof JsonObject object ? ofObject.steps(object.getMap()) : 0;
        return steps + (allowed.isPresent() || uniqueItems ? stepsToCompare(value) : 0);
    }

    private static long stepsToCompare(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            return stepsToCompare(object.getMap());
        }
        if (value instanceof JsonArray array) {
            return stepsToCompare(array.getList());
        }
        long all = 2;
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> each : map.entrySet()) {
                all += stepsToCompare(each.getKey()) + stepsToCompare(each.getValue());
            }
        } else if (value instanceof List<?> list) {
            for (Object each : list) {
                all += stepsToCompare(each);
            }
        } else if (value instanceof String text) {
            all += text.length() / CHARACTERS_IN_STEP;
        }
        return all;
    }

    private boolean isTooLong(String text) {
        return maxLength.isPresent() && text.length() > 2L * maxLength.getAsInt();
    }

    private static boolean hasEqual(List<?> items) {
        Set<@Nullable Object> seen = new HashSet<>();
        return !items.stream().allMatch(item -> seen.add(canonical(item)));
    }

    /** Divides by the digits as they are written: rounded, 0.3 is no multiple of 0.1. */
    private static boolean isMultiple(Number number, BigDecimal multiple) {
        return exact(number).remainder(multiple).signum() == 0;
    }

    static BigDecimal exact(Number number) {
        return new BigDecimal(number.toString());
    }

    /** Equal for values that are equal by JSON Schema, as {@code 1} and {@code 1.0} are. */
    static @Nullable Object canonical(@Nullable Object value) {
        if (value instanceof JsonObject
                || value instanceof JsonArray
                || value instanceof Map
                || value instanceof List) {
            StringBuilder text = new StringBuilder();
            write(value, text);
            return new Composite(text.toString());
        }
        return value instanceof Number number ? canonical(number) : value;
    }

    private static Number canonical(Number number) {
        double amount = number.doubleValue();
        return amount == Math.rint(amount) && Math.abs(amount) <= EXACT ? (Number) (long) amount : (Number) amount;
    }

    private static void write(@Nullable Object value, StringBuilder into) {
        if (value instanceof JsonObject object) {
            write(object.getMap(), into);
        } else if (value instanceof JsonArray array) {
            write(array.getList(), into);
        } else if (value instanceof Map<?, ?> map) {
            into.append('{');
            new TreeMap<>(map).forEach((name, each) -> {
                write(name, into);
                write(each, into);
            });
            into.append('}');
        } else if (value instanceof List<?> list) {
            into.append('[');
            list.forEach(each -> write(each, into));
            into.append(']');
        } else if (value instanceof String text) {
            into.append('"').append(text.length()).append(':').append(text);
        } else {
            into.append(' ').append(value instanceof Number number ? canonical(number) : value);
        }
    }

    /** An object or a list. Texts have an order, so that a sender can't make a set slow by values of one hash. */
    private record Composite(String text) implements Comparable<Composite> {
        @Override
        public int compareTo(Composite other) {
            return text.compareTo(other.text);
        }
    }
}
