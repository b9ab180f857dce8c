package dev.portcullis.json;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.portcullis.protocol.codec.PatternCompiler;
import java.util.function.Predicate;

/**
 * Finds a pattern in a text, in time linear in the text and without a stack that grows with it (CWE-1333, CWE-674). As JSON Schema
 * has it, the pattern may match anywhere, and {@code $} is the very end.
 */
final class LinearPattern {
    private LinearPattern() {}

    /**
     * The compiler of our own schemas is many times faster, and takes few patterns. It is asked first: to parse a property of Unicode
     * costs a tenth of a second.
     *
     * @throws IllegalArgumentException for a pattern that can't be matched so, with the part in words
     */
    static Predicate<String> compile(String source) {
        try {
            return PatternCompiler.compile(source)::matches;
        } catch (IllegalArgumentException needsMore) {
            return compile(RegexParser.parse(source));
        }
    }

    private static Predicate<String> compile(Regex regex) {
        try {
            Pattern pattern = Pattern.compile(regex.text());
            Matcher reused = pattern.matcher("");
            return text -> reused.reset(text).find();
        } catch (PatternSyntaxException tooLarge) {
            throw new IllegalArgumentException("counts that are too large together");
        }
    }
}
