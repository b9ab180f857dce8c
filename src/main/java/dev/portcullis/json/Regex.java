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
        START("\\A"),
        END("\\z"),
        WORD_BOUNDARY("\\b"),
        NO_WORD_BOUNDARY("\\B");

        private final String text;

        Place(String text) {
            this.text = text;
        }
    }

    /** The expression as RE2 and {@code java.util.regex} read it alike. */
    default String text() {
        StringBuilder into = new StringBuilder();
        write(this, into);
        return into.toString();
    }

    private static void write(Regex regex, StringBuilder into) {
        if (regex instanceof Chars chars) {
            chars.set().write(into);
        } else if (regex instanceof Sequence sequence) {
            sequence.parts().forEach(part -> write(part, into));
        } else if (regex instanceof Choice choice) {
            String between = "(?:";
            for (Regex branch : choice.branches()) {
                into.append(between);
                write(branch, into);
                between = "|";
            }
            into.append(')');
        } else if (regex instanceof Repeat repeat) {
            into.append("(?:");
            write(repeat.part(), into);
            into.append("){").append(repeat.min());
            if (repeat.max() != repeat.min()) {
                into.append(',').append(repeat.max() == UNBOUNDED ? "" : Integer.toString(repeat.max()));
            }
            into.append('}');
        } else if (regex instanceof Place place) {
            into.append(place.text);
        }
    }
}
