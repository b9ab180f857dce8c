package dev.portcullis.config;

import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a text may look like, and how a person is told. */
record TextForm(Pattern pattern, String words) {
    static TextForm of(Pattern pattern) {
        return new TextForm(pattern, "a text of the form " + pattern.pattern());
    }

    static TextForm upTo(int max) {
        return new TextForm(Pattern.compile("(?s).{0," + max + "}"), "a text of at most " + max + " characters");
    }

    static TextForm someUpTo(int max) {
        return new TextForm(Pattern.compile("(?s).{1," + max + "}"), "a text of 1 to " + max + " characters");
    }

    static TextForm oneOf(Collection<String> words) {
        String pattern = words.stream().map(Pattern::quote).collect(Collectors.joining("|"));
        return new TextForm(Pattern.compile(pattern), "one of " + String.join(", ", words));
    }

    boolean admits(String text) {
        return pattern.matcher(text).matches();
    }
}
