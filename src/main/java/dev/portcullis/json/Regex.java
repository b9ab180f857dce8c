package dev.portcullis.json;

import java.util.List;

/** A regular expression as a tree. */
sealed interface Regex {
    int UNBOUNDED = -1;

    /** One character of a set. */
    record Chars(CodePoints set) implements Regex {}

    record Sequence(List<Regex> parts) implements Regex {}

    record Choice(List<Regex> branches) implements Regex {}

    /** @param max {@link #UNBOUNDED} for no bound */
    record Repeat(Regex part, int min, int max) implements Regex {}

    /** A condition on the place between two characters. */
    enum Place implements Regex {
        START("\\A", "\\A"),
        END("\\z", "\\z"),
        WORD_BOUNDARY("\\b", "(?:(?<=\\w)(?!\\w)|(?<!\\w)(?=\\w))"),
        NO_WORD_BOUNDARY("\\B", "(?:(?<=\\w)(?=\\w)|(?<!\\w)(?!\\w))");

        private final String text;
        private final String textForJava;

        Place(String text, String textForJava) {
            this.text = text;
            this.textForJava = textForJava;
        }
    }

    /** The expression as RE2 reads it. */
    default String text() {
        StringBuilder into = new StringBuilder();
        write(this, into, false);
        return into.toString();
    }

    /** The expression as {@code java.util.regex} reads it, for which letters beyond ASCII belong to words too. */
    default String textForJava() {
        StringBuilder into = new StringBuilder();
        write(this, into, true);
        return into.toString();
    }

    private static void write(Regex regex, StringBuilder into, boolean forJava) {
        if (regex instanceof Chars chars) {
            chars.set().write(into);
        } else if (regex instanceof Sequence sequence) {
            sequence.parts().forEach(part -> write(part, into, forJava));
        } else if (regex instanceof Choice choice) {
            String between = "(?:";
            for (Regex branch : choice.branches()) {
                into.append(between);
                write(branch, into, forJava);
                between = "|";
            }
            into.append(')');
        } else if (regex instanceof Repeat repeat) {
            into.append("(?:");
            write(repeat.part(), into, forJava);
            into.append("){").append(repeat.min());
            if (repeat.max() != repeat.min()) {
                into.append(',').append(repeat.max() == UNBOUNDED ? "" : Integer.toString(repeat.max()));
            }
            into.append('}');
        } else if (regex instanceof Place place) {
            into.append(forJava ? place.textForJava : place.text);
        }
    }
}
