package dev.portcullis.protocol.codec;

import java.util.List;

/** A regular expression of the schemas. Matching is one pass over the text without backtracking. */
@FunctionalInterface
public interface TextPattern {
    boolean matches(String text);

    /** Matches a text that consists of these runs in order. */
    static TextPattern of(List<Run> inOrder) {
        Run[] runs = inOrder.toArray(Run[]::new);
        return text -> {
            int at = 0;
            for (Run run : runs) {
                int end = run.endIn(text, at);
                if (end - at < run.min) {
                    return false;
                }
                at = end;
            }
            return at == text.length();
        };
    }

    /** A run of {@code min} to {@code max} characters of a set. */
    final class Run {
        /** The {@code max} of a run without an upper bound. */
        static final int UNBOUNDED = Integer.MAX_VALUE;

        private final boolean[] ascii;
        private final int min;
        private final int max;

        /** @param ascii the characters of ASCII that are in the set */
        Run(boolean[] ascii, int min, int max) {
            this.ascii = ascii;
            this.min = min;
            this.max = max;
        }

        /** Greedy: takes as many characters as possible. */
        private int endIn(String text, int from) {
            int end = max < text.length() - from ? from + max : text.length();
            int at = from;
            while (at < end && isIn(text.charAt(at))) {
                at++;
            }
            return at;
        }

        private boolean isIn(char c) {
            return c < ascii.length && ascii[c];
        }

        boolean isOptional() {
            return min == 0;
        }

        /**
         * Whether this run could leave a character to {@code next}; then the greedy match would not be the only one.
         */
        boolean competesWith(Run next) {
            if (min == max) {
                return false;
            }
            for (int c = 0; c < ascii.length; c++) {
                if (ascii[c] && next.ascii[c]) {
                    return true;
                }
            }
            return false;
        }

        Run times(int min, int max) {
            return new Run(ascii, min, max);
        }
    }
}
