package dev.portcullis.config;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a text may look like, and how a person is told.
 *
 * @param words for a line on a terminal
 * @param kind for the reference page, in Markdown
 */
record TextForm(Pattern pattern, String words, String kind) {
    static TextForm of(Pattern pattern) {
        String form = pattern.pattern();
        return new TextForm(pattern, "a text of the form " + form, "text of the form `" + form + "`");
    }

    /** @param words stand for the pattern where that is not for a person to read */
    static TextForm of(Pattern pattern, String words) {
        return new TextForm(pattern, words, words);
    }

    static TextForm ofLength(int min, int max) {
        String kind = "text of " + min + " to " + max + " characters";
        return new TextForm(Pattern.compile("(?s).{" + min + "," + max + "}"), "a " + kind, kind);
    }

    static TextForm oneOf(Collection<String> words) {
        String pattern = words.stream().map(Pattern::quote).collect(Collectors.joining("|"));
        String all = String.join(", ", words);
        return new TextForm(Pattern.compile(pattern), "one of " + all, "one of " + all);
    }

    boolean admits(String text) {
        return pattern.matcher(text).matches();
    }
}
