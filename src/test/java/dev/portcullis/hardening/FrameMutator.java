package dev.portcullis.hardening;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Mutates the text of a frame at random. The result is still text. */
final class FrameMutator {
    private static final List<String> OTHER_JSON =
            List.of("", " ", "null", "true", "1", "\"x\"", "[]", "[{}]", "{", "}", "\ufeff{}", "{}{}", "{}x");

    private static final String CHARACTERS = "{}[]\",:\\/0123456789eE+-.tfn aZ_\u0000\n\u00e9\u20ac";

    /** Fields that make every frame invalid, with the reason of the refusal. */
    private static final Map<String, String> INVALID_FIELDS = Map.ofEntries(
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

    private static final List<String> ALL_INVALID_FIELDS =
            INVALID_FIELDS.keySet().stream().sorted().toList();

    private final Random random;

    FrameMutator(Random random) {
        this.random = random;
    }

    /** Returns an invalid frame and the reason with which it must be refused. */
    Map.Entry<String, String> invalidate(String frame) {
        String beginning = pick(ALL_INVALID_FIELDS);
        return Map.entry("{" + beginning + frame.substring(1), INVALID_FIELDS.getOrDefault(beginning, ""));
    }

    /** Returns any text: a part of the frame, a changed frame, or random characters. */
    String mutate(String text) {
        int at = random.nextInt(text.length());
        return switch (random.nextInt(7)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(at);
            case 2 -> text.substring(0, at) + character() + text.substring(at + 1);
            case 3 -> text.substring(0, at) + character() + text.substring(at);
            case 4 -> text + text;
            case 5 -> pick(OTHER_JSON);
            default -> randomText();
        };
    }

    private String randomText() {
        return random.ints(random.nextInt(200), 0, 0x11000)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private char character() {
        return CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static String nested(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }
}
