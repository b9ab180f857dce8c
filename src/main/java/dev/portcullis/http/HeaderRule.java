package dev.portcullis.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What a required header must say. */
public sealed interface HeaderRule {
    boolean admits(String value);

    /** {@code /…/} is a pattern for the whole value; anything else is the value. Empty for a pattern that is none. */
    static Optional<HeaderRule> parse(String text) {
        if (text.length() < 2 || !text.startsWith("/") || !text.endsWith("/")) {
            return Optional.of(new Exactly(text));
        }
        try {
            return Optional.of(new Like(Pattern.compile(text.substring(1, text.length() - 1))));
        } catch (PatternSyntaxException unreadable) {
            return Optional.empty();
        }
    }

    /** The value may be a secret shared with a proxy: compared in constant time (CWE-208), and not printed. */
    record Exactly(String wanted) implements HeaderRule {
        @Override
        public boolean admits(String value) {
            return MessageDigest.isEqual(
                    wanted.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "Exactly[…]";
        }
    }

    record Like(Pattern form) implements HeaderRule {
        /** An operator's pattern may backtrack; a short value keeps it from mattering (CWE-1333). */
        private static final int LONGEST = 512;

        @Override
        public boolean admits(String value) {
            return value.length() <= LONGEST && form.matcher(value).matches();
        }
    }
}
