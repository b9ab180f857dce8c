package dev.portcullis.hardening;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Damages a frame as a bad line, a bad program or a bad person would; it stays text. */
final class Mangler {
    private static final List<String> NO_OBJECTS =
            List.of("", " ", "null", "true", "1", "\"x\"", "[]", "[{}]", "{", "}", "\ufeff{}", "{}{}", "{}x");

    private static final String STRAY = "{}[]\",:\\/0123456789eE+-.tfn aZ_\u0000\n\u00e9\u20ac";

    /** What makes any frame that begins with it wrong, and how it is refused. */
    private static final Map<String, String> BEGINNINGS = Map.ofEntries(
            Map.entry("\"type\":\"ping\",", "invalid_json"),
            Map.entry("\"n\":1e999,", "invalid_json"),
            Map.entry("\"n\":-,", "invalid_json"),
            Map.entry("\"n\":01,", "invalid_json"),
            Map.entry("\"n\":NaN,", "invalid_json"),
            Map.entry("/* no */", "invalid_json"),
            Map.entry(",", "invalid_json"),
            Map.entry("'s':1,", "invalid_json"),
            Map.entry("\"s\":\"\u0001\",", "invalid_json"),
            Map.entry("\"deep\":" + nested(11) + ",", "invalid_json"),
            Map.entry("\"deep\":" + nested(5_000) + ",", "invalid_json"),
            Map.entry("\"deep\":" + nested(9) + ",", "validation_failed"),
            Map.entry("\"s\":\"\\ud83d\",", "validation_failed"),
            Map.entry("\"unheardOf\":1,", "validation_failed"),
            Map.entry("\"__proto__\":{},", "validation_failed"),
            Map.entry("\"x\":{\"constructor\":1},", "validation_failed"),
            Map.entry("\"x\":[{\"\\u0070rototype\":1}],", "validation_failed"));

    private static final List<String> ALL_BEGINNINGS =
            BEGINNINGS.keySet().stream().sorted().toList();

    private final Random random;

    Mangler(Random random) {
        this.random = random;
    }

    /** A frame that is wrong in a known way, and the reason with which it must be refused. */
    Map.Entry<String, String> refusable(String frame) {
        String beginning = pick(ALL_BEGINNINGS);
        return Map.entry("{" + beginning + frame.substring(1), BEGINNINGS.getOrDefault(beginning, ""));
    }

    /** Anything. */
    String mangle(String text) {
        int at = random.nextInt(text.length());
        return switch (random.nextInt(7)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(at);
            case 2 -> text.substring(0, at) + stray() + text.substring(at + 1);
            case 3 -> text.substring(0, at) + stray() + text.substring(at);
            case 4 -> text + text;
            case 5 -> pick(NO_OBJECTS);
            default -> noise();
        };
    }

    private String noise() {
        return random.ints(random.nextInt(200), 0, 0x11000)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private char stray() {
        return STRAY.charAt(random.nextInt(STRAY.length()));
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String nested(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }
}
