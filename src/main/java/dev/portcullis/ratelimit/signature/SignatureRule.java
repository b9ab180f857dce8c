package dev.portcullis.ratelimit.signature;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One literal of a signature, and what must stand around it.
 *
 * @param word whether no letter or digit may stand in front of the literal
 * @param before the pattern that must match directly in front of it
 * @param then the pattern that must match directly behind it
 */
record SignatureRule(
        AttackSignature signature, String literal, boolean word, Optional<Pattern> before, Optional<Pattern> then) {
    /** How far a pattern can see. Its time is bounded by this, whatever the text is. */
    static final int WINDOW = 96;

    /** @param end of the literal in the text */
    boolean follows(String text, int end) {
        int start = end - literal.length();
        return !(word && start > 0 && Folding.isWord(text.charAt(start - 1)))
                && then.map(pattern -> follows(pattern, text, end)).orElse(true);
    }

    /** A search, which costs more than what {@link #follows} does. */
    boolean precedes(String text, int end) {
        int start = end - literal.length();
        return before.map(pattern -> pattern.matcher(text)
                        .region(Math.max(0, start - WINDOW), start)
                        .find())
                .orElse(true);
    }

    private static boolean follows(Pattern pattern, String text, int end) {
        return pattern.matcher(text)
                .region(end, Math.min(text.length(), end + WINDOW))
                .lookingAt();
    }
}
