package dev.portcullis.http;

import dev.portcullis.config.crypto.ConstantTime;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The required value of a header. */
public sealed interface HeaderRule {
    boolean admits(String value);

    /**
     * {@code /…/} is a pattern for the whole value; any other text is the exact value. Empty for an invalid pattern.
     */
    static Optional<HeaderRule> parse(String text) {
        if (text.length() < 2 || !text.startsWith("/") || !text.endsWith("/")) {
            return Optional.of(new Exactly(text));
        }
        try {
            return Optional.of(new Like(Pattern.compile(text.substring(1, text.length() - 1))));
        } catch (PatternSyntaxException invalid) {
            return Optional.empty();
        }
    }

    /** The value may be a secret shared with a proxy: it is compared in constant time (CWE-208), and not printed. */
    record Exactly(String wanted) implements HeaderRule {
        @Override
        public boolean admits(String value) {
            return ConstantTime.isEqual(wanted, value);
        }

        @Override
        public String toString() {
            return "Exactly[…]";
        }
    }

    record Like(Pattern form) implements HeaderRule {
        /** A pattern of the operator may backtrack; the length limit bounds its cost (CWE-1333). */
        private static final int LONGEST = 512;

        @Override
        public boolean admits(String value) {
            return value.length() <= LONGEST && form.matcher(value).matches();
        }
    }
}
