package dev.portcullis.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The unit of a key, which the end of its name says. Its value is a number of that unit, or a text of a whole number and
 * one of the symbols that people write. Nothing is rounded: what is no whole number of the key's unit is refused.
 */
enum Unit {
    MILLIS("a duration such as 500ms, 30s, 5m, 2h or 7d", 1),
    SECONDS("a duration such as 30s, 5m, 2h or 7d", 1_000),
    BYTES("a size such as 512B, 64KiB, 1MiB or 2GiB", 1);

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})([A-Za-z]{1,16})");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    /** Both are in milliseconds, which their names do not say. */
    private static final String LIFETIME = "maxLifetime";

    private static final String AGE = "age";

    private final String example;
    private final long factor;

    /** @param factor the key's unit in the smallest one */
    Unit(String example, long factor) {
        this.example = example;
        this.factor = factor;
    }

    /** Empty for a key that counts something else. */
    static Optional<Unit> of(String key) {
        if (key.endsWith("Ms") || key.equals(LIFETIME) || key.equals(AGE)) {
            return Optional.of(MILLIS);
        }
        if (key.endsWith("Seconds")) {
            return Optional.of(SECONDS);
        }
        return key.endsWith("Bytes") || key.equals("bytes") ? Optional.of(BYTES) : Optional.empty();
    }

    /** The kind of value as the reference page shows it. */
    static String kind(String key, long min, long max) {
        return of(key).map(unit ->
                        (unit == BYTES ? "size, " : "duration, ") + unit.written(min) + " to " + unit.written(max))
                .orElse("number " + min + " to " + max);
    }

    /** An amount as people write it, such as 7d: with the largest unit of which it is a whole number. */
    String written(long amount) {
        String written = Long.toString(amount);
        for (Map.Entry<String, Symbol> each : symbols().entrySet()) { // the smallest first
            long size = each.getValue().factor / factor;
            if (amount != 0 && size != 0 && amount % size == 0) {
                written = amount / size + each.getKey();
            }
        }
        return written;
    }

    /** Reads a text as an amount in the unit of the key, or says what is wrong with it. */
    Amount read(String text) {
        Matcher written = FORM.matcher(text);
        if (!written.matches()) {
            return DIGITS.matcher(text).matches()
                    ? Amount.wrong("has no unit", "write " + text + " without quotes, or " + example)
                    : Amount.wrong("is no whole number with a unit", "write " + example);
        }
        Symbol symbol = symbols().get(written.group(2));
        if (symbol == null) {
            return Amount.wrong("has an unknown unit", guess(written.group(1), written.group(2)));
        }
        try {
            long smallest = Math.multiplyExact(Long.parseLong(written.group(1)), symbol.factor);
            return smallest % factor == 0
                    ? new Amount(Optional.of(smallest / factor), "", "")
                    : Amount.wrong("is no whole number of seconds", "write " + example);
        } catch (ArithmeticException overflow) {
            return Amount.wrong("is too large", "write " + example);
        }
    }

    private Map<String, Symbol> symbols() {
        return this == BYTES ? Symbols.SIZES : Symbols.TIMES;
    }

    private String guess(String number, String unit) {
        return symbols().entrySet().stream()
                .filter(each -> each.getValue().aliases.contains(unit.toLowerCase(Locale.ROOT)))
                .findFirst()
                .map(each -> "did you mean " + number + each.getKey() + "?")
                .orElseGet(() -> "the units are " + String.join(", ", symbols().keySet()));
    }

    /**
     * @param value empty where the text is wrong
     * @param what the defect of the text
     */
    record Amount(Optional<Long> value, String what, String fix) {
        private static Amount wrong(String what, String fix) {
            return new Amount(Optional.empty(), what, fix);
        }
    }

    /** @param aliases other spellings that people write for it, which are refused with a guess */
    private record Symbol(long factor, List<String> aliases) {}

    /** The units in the order in which they are named. */
    private static final class Symbols {
        static final Map<String, Symbol> TIMES = new LinkedHashMap<>();
        static final Map<String, Symbol> SIZES = new LinkedHashMap<>();

        static {
            TIMES.put("ms", new Symbol(1, List.of("ms", "msec", "msecs", "millis", "millisecond", "milliseconds")));
            TIMES.put("s", new Symbol(1_000, List.of("s", "sec", "secs", "second", "seconds")));
            TIMES.put("m", new Symbol(60_000, List.of("m", "min", "mins", "minute", "minutes")));
            TIMES.put("h", new Symbol(3_600_000, List.of("h", "hr", "hrs", "hour", "hours")));
            TIMES.put("d", new Symbol(86_400_000, List.of("d", "day", "days")));
            SIZES.put("B", new Symbol(1, List.of("b", "byte", "bytes")));
            SIZES.put("KiB", new Symbol(1L << 10, List.of("k", "kb", "ki", "kib")));
            SIZES.put("MiB", new Symbol(1L << 20, List.of("m", "mb", "mi", "mib")));
            SIZES.put("GiB", new Symbol(1L << 30, List.of("g", "gb", "gi", "gib")));
        }

        private Symbols() {}
    }
}
