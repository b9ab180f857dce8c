package dev.portcullis.json;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.portcullis.protocol.codec.PatternCompiler;
import java.util.function.Predicate;

/**
 * Finds a pattern in a text, in time linear in the text and without a stack that grows with it (CWE-1333, CWE-674). As JSON
 * Schema has it, the pattern may match anywhere, and {@code $} is the very end.
 */
final class LinearPattern {
    /**
     * The most places of the pattern that the matcher may be at. It looks at all of them for each character: at so many in less
     * than a microsecond.
     */
    private static final int PLACES_AT_ONCE = 16;

    private final Predicate<String> matcher;
    private final int stepsForCharacter;

    private LinearPattern(Predicate<String> matcher, int stepsForCharacter) {
        this.matcher = matcher;
        this.stepsForCharacter = stepsForCharacter;
    }

    /**
     * The compiler of our own schemas is many times faster, and takes few patterns. It is asked first: to parse a property of
     * Unicode costs some milliseconds.
     *
     * @throws IllegalArgumentException for a pattern that can't be matched so, with the part in words
     */
    static LinearPattern compile(String source) {
        try {
            return new LinearPattern(PatternCompiler.compile(source)::matches, 1);
        } catch (IllegalArgumentException needsMore) {
            return compile(RegexParser.parse(source));
        }
    }

    private static LinearPattern compile(Regex regex) {
        try {
            Pattern pattern = Pattern.compile(regex.text());
            Matcher reused = pattern.matcher("");
            return new LinearPattern(text -> reused.reset(text).find(), 1 + pattern.programSize() / PLACES_AT_ONCE);
        } catch (PatternSyntaxException tooLarge) {
            throw new IllegalArgumentException("counts that are too large together");
        }
    }

    boolean isIn(String text) {
        return matcher.test(text);
    }

    long steps(String text) {
        return (long) text.length() * stepsForCharacter;
    }
}
