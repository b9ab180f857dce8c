package dev.portcullis.protocol.codec;

import java.util.List;

/** A regular expression of the schemas, as the decoder matches it: one walk over the text without a step back. */
@FunctionalInterface
interface TextPattern {
    boolean matches(String text);

    /** Runs of characters, one after the other, that make up the whole text. */
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

    /** From {@code min} to {@code max} characters of a set. */
    final class Run {
        /** For {@code max}: as many as there are. */
        static final int UNBOUNDED = Integer.MAX_VALUE;

        private final boolean[] ascii;
        private final int min;
        private final int max;

        /** @param ascii which characters of ASCII are in the set; none of the others is */
        Run(boolean[] ascii, int min, int max) {
            this.ascii = ascii;
            this.min = min;
            this.max = max;
        }

        /** Takes as many as it can get. */
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

        /** Whether it could leave to {@code next} what it takes; then taking all would not be the only way to match. */
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
