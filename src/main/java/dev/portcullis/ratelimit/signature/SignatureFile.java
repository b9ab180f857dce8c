package dev.portcullis.ratelimit.signature;

import dev.portcullis.config.Json;
import dev.portcullis.ratelimit.signature.AttackSignature.AttackClass;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file of signatures: for each class a list of {@code {name, literals, word?, before?, then?}}. In a literal {@code §}
 * stands for each digit, and {@code «a¦b»} for each of the alternatives.
 */
final class SignatureFile {
    private static final int MAX_LITERALS = 10_000;

    /** Repetition without a bound, or of a group: a text could make such a pattern slow (CWE-1333). */
    private static final Pattern UNBOUNDED = Pattern.compile("[*+]|\\)\\{|\\{[0-9]{1,9},\\}");

    private static final Pattern ESCAPES_AND_CLASSES = Pattern.compile("\\\\.|\\[[^\\]]{1,99}\\]");

    /**
     * One literal of a signature, and what must stand around it.
     *
     * @param word whether no letter or digit may stand in front of the literal
     * @param before the pattern that must match directly in front of it
     * @param then the pattern that must match directly behind it
     */
    record SignatureRule(
            AttackSignature signature, String literal, boolean word, Optional<Pattern> before, Optional<Pattern> then) {
        /** How far a pattern can see. Its time is bounded by this, whatever the text is. */
        static final int WINDOW = 96;

        /** @param end of the literal in the text */
        boolean follows(String text, int end) {
            int start = end - literal.length();
            return !(word && start > 0 && Folding.isWord(text.charAt(start - 1)))
                    && then.map(pattern -> follows(pattern, text, end)).orElse(true);
        }

        /** A search, which costs more than what {@link #follows} does. */
        boolean precedes(String text, int end) {
            int start = end - literal.length();
            return before.map(pattern -> pattern.matcher(text)
                            .region(Math.max(0, start - WINDOW), start)
                            .find())
                    .orElse(true);
        }

        private static boolean follows(Pattern pattern, String text, int end) {
            return pattern.matcher(text)
                    .region(end, Math.min(text.length(), end + WINDOW))
                    .lookingAt();
        }
    }

    private SignatureFile() {}

    /** @throws IllegalStateException if the file of the release is not well-formed */
    static List<SignatureRule> read(String name) {
        try (InputStream in = Objects.requireNonNull(SignatureFile.class.getResourceAsStream(name))) {
            return rules(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    static List<SignatureRule> rules(String json) throws IOException {
        Map<?, ?> classes = map(Json.parse(json));
        List<SignatureRule> rules = new ArrayList<>();
        for (AttackClass kind : AttackClass.values()) {
            for (Object each : list(classes.get(kind.id()))) {
                rules.addAll(rules(kind, map(each)));
            }
        }
        if (classes.size() != AttackClass.values().length || rules.size() > MAX_LITERALS) {
            throw new IllegalStateException(
                    "a class of signatures is missing or unknown, or there are too many literals");
        }
        return rules;
    }

    private static List<SignatureRule> rules(AttackClass kind, Map<?, ?> entry) {
        AttackSignature signature = new AttackSignature(kind, String.valueOf(entry.get("name")));
        boolean word = Boolean.TRUE.equals(entry.get("word"));
        Optional<Pattern> before = pattern(entry.get("before")).map(SignatureFile::ending);
        Optional<Pattern> then = pattern(entry.get("then")).map(Pattern::compile);
        return list(entry.get("literals")).stream()
                .flatMap(literal -> expanded(String.valueOf(literal)).stream())
                .map(literal -> new SignatureRule(signature, canonical(literal), word, before, then))
                .toList();
    }

    /** A pattern that only looks back is tried at the end alone. */
    private static Pattern ending(String text) {
        return Pattern.compile(text.startsWith("(?<!") ? "\\z" + text : "(?:" + text + ")\\z");
    }

    private static Optional<String> pattern(@Nullable Object text) {
        Optional<String> pattern = Optional.ofNullable(text).map(String::valueOf);
        boolean unbounded = pattern.map(
                        each -> ESCAPES_AND_CLASSES.matcher(each).replaceAll("_"))
                .filter(each -> UNBOUNDED.matcher(each).find())
                .isPresent();
        if (unbounded) {
            throw new IllegalStateException("a pattern of a signature repeats without a bound: " + text);
        }
        return pattern;
    }

    /** A literal that is not as texts are after they are folded would never be found. */
    private static String canonical(String literal) {
        String folded = Folding.collapse(literal);
        if (literal.isEmpty()
                || !folded.equals(literal.stripTrailing())
                || literal.chars().anyMatch(c -> c >= 0x80)) {
            throw new IllegalStateException("a literal of a signature is not in its folded form: " + literal);
        }
        return literal;
    }

    private static List<String> expanded(String literal) {
        int open = literal.indexOf('«');
        int close = literal.indexOf('»');
        if (open >= 0 && close > open) {
            List<String> all = new ArrayList<>();
            for (String choice : literal.substring(open + 1, close).split("¦", -1)) {
                all.addAll(expanded(literal.substring(0, open) + choice + literal.substring(close + 1)));
            }
            return all;
        }
        int digit = literal.indexOf('§');
        if (digit < 0) {
            return List.of(literal);
        }
        List<String> all = new ArrayList<>();
        for (char c = '0'; c <= '9'; c++) {
            all.addAll(expanded(literal.substring(0, digit) + c + literal.substring(digit + 1)));
        }
        return all;
    }

    private static Map<?, ?> map(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalStateException("an object is missing in the file of signatures");
    }

    private static List<?> list(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalStateException("a list is missing in the file of signatures");
    }
}
