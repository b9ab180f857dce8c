package dev.portcullis.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keywords of one schema object that the library would judge at a cost that the value decides: it compiles each pattern again for
 * each value, encodes a list of allowed values for each that is not in it, and compares all pairs of items.
 *
 * @param allowed the canonical forms of {@code enum}, or of {@code const}
 * @param allowedRule the keyword by which they are given
 * @param maxLength beyond which the pattern is not tried, since the library reports the length anyway
 * @param madeSafe whether a text is made safe before it goes on
 * @param required how many names an object may lack, each of which the library writes down
 */
record LeafKeywords(
        Optional<LinearPattern> pattern,
        Optional<StringFormat> format,
        Optional<Set<@Nullable Object>> allowed,
        String allowedRule,
        boolean uniqueItems,
        OptionalInt maxLength,
        boolean madeSafe,
        int required) {
    private static final long EXACT = 1L << 53;

    /** The library makes an error of each name that is missing, and goes on. */
    private static final int STEPS_FOR_NAME = 4;

    /** The keywords that fail, separated by spaces; empty if none does. */
    String violated(@Nullable Object value) {
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
                || required > 0;
    }

    /** The steps that judging takes, each of them less than a microsecond. */
    long steps(@Nullable Object value) {
        if (value instanceof String text) {
            long matching =
                    isTooLong(text) ? 0 : pattern.map(each -> each.steps(text)).orElse(0L);
            return matching + (format.isPresent() ? text.length() : 0);
        }
        long names = value instanceof JsonObject || value instanceof Map ? (long) STEPS_FOR_NAME * required : 0;
        return names + (allowed.isPresent() || uniqueItems ? values(value) : 0);
    }

    private static long values(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            return values(object.getMap());
        }
        if (value instanceof JsonArray array) {
            return values(array.getList());
        }
        long all = 1;
        if (value instanceof Map<?, ?> map) {
            for (Object each : map.values()) {
                all += values(each);
            }
        } else if (value instanceof List<?> list) {
            for (Object each : list) {
                all += values(each);
            }
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

    /** Equal for values that are equal by JSON Schema, as {@code 1} and {@code 1.0} are. */
    static @Nullable Object canonical(@Nullable Object value) {
        if (value instanceof JsonObject object) {
            return canonical(object.getMap());
        }
        if (value instanceof JsonArray array) {
            return canonical(array.getList());
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> all = new HashMap<>();
            map.forEach((name, each) -> all.put(name, canonical(each)));
            return all;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> all = new ArrayList<>(list.size());
            list.forEach(each -> all.add(canonical(each)));
            return all;
        }
        if (value instanceof Number number) {
            double amount = number.doubleValue();
            return amount == Math.rint(amount) && Math.abs(amount) <= EXACT ? (Object) (long) amount : (Object) amount;
        }
        return value;
    }
}
