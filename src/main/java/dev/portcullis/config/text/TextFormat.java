package dev.portcullis.config.text;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The allowed form of a text, and its description.
 *
 * @param words for a problem on a terminal
 * @param kind for the reference page, in Markdown
 */
public record TextFormat(Pattern pattern, String words, String kind) {
    public static TextFormat of(Pattern pattern) {
        String form = pattern.pattern();
        return new TextFormat(pattern, "a text of the form " + form, "text of the form `" + form + "`");
    }

    /** @param words describe the pattern to an operator */
    public static TextFormat of(Pattern pattern, String words) {
        return new TextFormat(pattern, words, words);
    }

    public static TextFormat ofLength(int min, int max) {
        String kind = "text of " + min + " to " + max + " characters";
        return new TextFormat(Pattern.compile("(?s).{" + min + "," + max + "}"), "a " + kind, kind);
    }

    public static TextFormat oneOf(Collection<String> words) {
        String pattern = words.stream().map(Pattern::quote).collect(Collectors.joining("|"));
        String all = String.join(", ", words);
        return new TextFormat(Pattern.compile(pattern), "one of " + all, "one of " + all);
    }

    public boolean admits(String text) {
        return pattern.matcher(text).matches();
    }
}
