package dev.portcullis.auth.certificate;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of the operator that takes the user's part out of a name. A match may only take a bounded number of steps,
 * because a pattern with nested repetitions can take exponentially many (CWE-1333).
 */
final class NamePattern {
    private static final int MAX_STEPS = 20_000;

    private final Pattern form;

    NamePattern(String form) {
        this.form = Pattern.compile(form);
    }

    /** Empty if the name does not match, or not within the steps. */
    Optional<String> userPartOf(String name) {
        Matcher matcher = form.matcher(new Steps(name));
        try {
            return matcher.matches()
                    ? Optional.ofNullable(matcher.group(matcher.groupCount())).filter(part -> !part.isEmpty())
                    : Optional.empty();
        } catch (TooManySteps | StackOverflowError endless) { // java.util.regex recurses for some repetitions
            return Optional.empty();
        }
    }

    /** Counts each look at a character. */
    private static final class Steps implements CharSequence {
        private final String text;
        private int left = MAX_STEPS;

        Steps(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (--left < 0) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int begin, int end) {
            return text.subSequence(begin, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private static final class TooManySteps extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
