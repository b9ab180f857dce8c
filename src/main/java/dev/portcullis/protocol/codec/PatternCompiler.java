package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.IdSyntax;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles a regular expression (ECMA-262, flag {@code u}) to a {@link TextPattern}. It implements only what needs no
 * backtracking: between {@code ^} and {@code $}, ASCII characters and sets with quantifiers, and groups with a fixed
 * count. It refuses a pattern in which one run of characters could leave some of them to the next. So matching takes
 * linear time for every schema (CWE-1333), without {@code java.util.regex}, which costs more than the rest of decoding
 * a frame.
 */
public final class PatternCompiler {
    /** The only pattern beyond ASCII: no unpaired surrogate. */
    private static final String WELL_FORMED = "^\\P{Cs}*$";

    private static final String SYNTAX = "^$\\.*+?()[]{}|";
    private static final int ASCII = 128;
    private static final char END = '\0';

    private final String source;
    private int at;

    private PatternCompiler(String source) {
        this.source = source;
    }

    /** @throws IllegalArgumentException for a pattern that it does not implement; the message says which part */
    public static TextPattern compile(String source) {
        return source.equals(WELL_FORMED)
                ? IdSyntax::isWellFormed
                : TextPattern.of(new PatternCompiler(source).whole());
    }

    private List<TextPattern.Run> whole() {
        expect('^');
        List<TextPattern.Run> runs = sequence();
        expect('$');
        if (at < source.length()) {
            throw unsupported();
        }
        for (int i = 0; i < runs.size(); i++) {
            checkAgainstFollowers(runs, i);
        }
        return runs;
    }

    private void checkAgainstFollowers(List<TextPattern.Run> runs, int index) {
        for (int next = index + 1; next < runs.size(); next++) {
            if (runs.get(index).competesWith(runs.get(next))) {
                throw new IllegalArgumentException("it does not implement backtracking, which needs " + source);
            }
            if (!runs.get(next).isOptional()) {
                return;
            }
        }
    }

    private List<TextPattern.Run> sequence() {
        List<TextPattern.Run> runs = new ArrayList<>();
        while (peek() != '$' && peek() != ')') {
            if (peek() == '(') {
                runs.addAll(group());
            } else {
                runs.add(quantified(peek() == '[' ? set() : only(character(SYNTAX))));
            }
        }
        return runs;
    }

    private List<TextPattern.Run> group() {
        expect('(');
        List<TextPattern.Run> once = sequence();
        expect(')');
        expect('{');
        int times = number();
        expect('}');
        List<TextPattern.Run> all = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            all.addAll(once);
        }
        return all;
    }

    private TextPattern.Run quantified(TextPattern.Run once) {
        return switch (peek()) {
            case '*' -> times(once, 0, TextPattern.Run.UNBOUNDED);
            case '+' -> times(once, 1, TextPattern.Run.UNBOUNDED);
            case '?' -> times(once, 0, 1);
            case '{' -> counted(once);
            default -> once;
        };
    }

    private TextPattern.Run times(TextPattern.Run once, int min, int max) {
        at++;
        return once.times(min, max);
    }

    private TextPattern.Run counted(TextPattern.Run once) {
        expect('{');
        int min = number();
        int max = min;
        if (peek() == ',') {
            at++;
            max = peek() == '}' ? TextPattern.Run.UNBOUNDED : number();
        }
        expect('}');
        if (min > max) {
            throw unsupported();
        }
        return once.times(min, max);
    }

    private TextPattern.Run set() {
        expect('[');
        if (peek() == '^') {
            throw unsupported();
        }
        boolean[] ascii = new boolean[ASCII];
        while (peek() != ']') {
            char from = character("[]\\");
            char to = from;
            if (peek() == '-' && !source.startsWith("-]", at)) {
                at++;
                to = character("[]\\");
            }
            if (from > to) {
                throw unsupported();
            }
            for (char c = from; c <= to; c++) {
                ascii[c] = true;
            }
        }
        expect(']');
        return new TextPattern.Run(ascii, 1, 1);
    }

    private static TextPattern.Run only(char c) {
        boolean[] ascii = new boolean[ASCII];
        ascii[c] = true;
        return new TextPattern.Run(ascii, 1, 1);
    }

    /** @param reserved characters that stand for themselves only after a backslash */
    private char character(String reserved) {
        char c = peek();
        if (c == '\\' && at + 1 < source.length() && isEscapable(source.charAt(at + 1))) {
            c = source.charAt(at + 1);
            at += 2;
            return c;
        }
        if (c == END || c >= ASCII || reserved.indexOf(c) >= 0) {
            throw unsupported();
        }
        at++;
        return c;
    }

    private static boolean isEscapable(char c) {
        return SYNTAX.indexOf(c) >= 0 || c == '/' || c == '-';
    }

    private int number() {
        int from = at;
        while (Character.isDigit(peek())) {
            at++;
        }
        if (from == at || at - from > 6) {
            throw unsupported();
        }
        return Integer.parseInt(source.substring(from, at));
    }

    private void expect(char c) {
        if (peek() != c) {
            throw unsupported();
        }
        at++;
    }

    private char peek() {
        return at < source.length() ? source.charAt(at) : END;
    }

    private IllegalArgumentException unsupported() {
        return new IllegalArgumentException("it does not implement the pattern " + source + " from character " + at);
    }
}
