package dev.portcullis.json;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Parses a regular expression as ECMA-262 with the flag {@code u} has it, which is how JSON Schema means {@code pattern}. Refuses
 * what needs backtracking: references to groups, and conditions that look ahead or behind.
 */
final class RegexParser {
    private static final String SYNTAX = "^$\\.*+?()[]{}|";
    private static final int END = -1;

    /** More can't be counted by the matcher; a length is better bounded by {@code maxLength}. */
    private static final int MAX_COUNT = 1_000;

    private static final int MAX_DEPTH = 30;

    private final int[] source;
    private final Set<String> groupNames = new HashSet<>();
    private int at;
    private int depth;

    private RegexParser(String source) {
        this.source = source.codePoints().toArray();
    }

    /** @throws IllegalArgumentException with what can't be read, in words */
    static Regex parse(String source) {
        RegexParser parser = new RegexParser(source);
        Regex whole = parser.choice();
        if (parser.at < parser.source.length) {
            throw parser.refused("a bracket that closes nothing");
        }
        return whole;
    }

    private Regex choice() {
        if (++depth > MAX_DEPTH) {
            throw refused("more than " + MAX_DEPTH + " groups in each other");
        }
        List<Regex> branches = new ArrayList<>();
        do {
            branches.add(sequence());
        } while (take('|'));
        depth--;
        return branches.size() == 1 ? branches.get(0) : new Regex.Choice(branches);
    }

    private Regex sequence() {
        List<Regex> parts = new ArrayList<>();
        while (peek() != END && peek() != '|' && peek() != ')') {
            parts.add(quantified(atom()));
        }
        return parts.size() == 1 ? parts.get(0) : new Regex.Sequence(parts);
    }

    private Regex atom() {
        int c = next();
        return switch (c) {
            case '^' -> Regex.Place.START;
            case '$' -> Regex.Place.END;
            case '.' -> new Regex.Chars(CodePoints.NO_LINE_END);
            case '(' -> group();
            case '[' -> new Regex.Chars(set());
            case '\\' -> escape();
            case '*', '+', '?', '{', '}', ']' -> throw refused("a misplaced " + Character.toString(c));
            default -> new Regex.Chars(CodePoints.of(c, c));
        };
    }

    private Regex group() {
        if (take('?')) {
            if (take('<') && peek() != '=' && peek() != '!') {
                groupName();
            } else if (!take(':')) {
                throw refused("a condition that looks ahead or behind");
            }
        }
        Regex inner = choice();
        if (!take(')')) {
            throw refused("a group without an end");
        }
        return inner;
    }

    private void groupName() {
        StringBuilder name = new StringBuilder();
        while (!take('>')) {
            int c = next();
            boolean joins = c == 0x200c || c == 0x200d; // ECMA-262 has them in identifiers
            boolean fits = c == '$'
                    || (name.length() == 0
                            ? c == '_' || Character.isUnicodeIdentifierStart(c)
                            : joins || (Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c)));
            if (!fits) {
                throw refused("a group whose name is none");
            }
            name.appendCodePoint(c);
        }
        if (name.length() == 0) {
            throw refused("a group whose name is none");
        }
        if (!groupNames.add(name.toString())) {
            throw refused("two groups of one name");
        }
    }

    private Regex quantified(Regex part) {
        int min;
        int max;
        switch (peek()) {
            case '*' -> {
                min = 0;
                max = Regex.UNBOUNDED;
            }
            case '+' -> {
                min = 1;
                max = Regex.UNBOUNDED;
            }
            case '?' -> {
                min = 0;
                max = 1;
            }
            case '{' -> {
                at++;
                min = number();
                max = take(',') ? peek() == '}' ? Regex.UNBOUNDED : number() : min;
                if (peek() != '}' || (max != Regex.UNBOUNDED && max < min)) {
                    throw refused("a count that is none");
                }
            }
            default -> {
                return part;
            }
        }
        at++;
        boolean unused = take('?'); // which match is taken is of no interest
        if (part instanceof Regex.Place) {
            throw refused("a quantifier behind a condition");
        }
        return new Regex.Repeat(part, min, max);
    }

    private int number() {
        int from = at;
        int number = 0;
        while (peek() >= '0' && peek() <= '9') {
            number = Math.min(10 * number + next() - '0', MAX_COUNT + 1);
        }
        if (from == at) {
            throw refused("a count that is none");
        }
        if (number > MAX_COUNT) {
            throw refused("a count beyond " + MAX_COUNT);
        }
        return number;
    }

    private Regex escape() {
        int c = peek();
        if (c == 'b' || c == 'B') {
            at++;
            return c == 'b' ? Regex.Place.WORD_BOUNDARY : Regex.Place.NO_WORD_BOUNDARY;
        }
        if ((c >= '1' && c <= '9') || c == 'k') {
            throw refused("a reference to a group");
        }
        return new Regex.Chars(escaped(false));
    }

    private CodePoints set() {
        boolean negated = take('^');
        List<CodePoints> parts = new ArrayList<>();
        while (!take(']')) {
            CodePoints from = setItem();
            if (peek() == '-' && at + 1 < source.length && source[at + 1] != ']') {
                at++;
                int first = single(from);
                int last = single(setItem());
                if (first > last) {
                    throw refused("a range without characters");
                }
                parts.add(CodePoints.of(first, last));
            } else {
                parts.add(from);
            }
        }
        CodePoints all = CodePoints.union(parts);
        return negated ? all.complement() : all;
    }

    private CodePoints setItem() {
        int c = next();
        if (c == END) {
            throw refused("a set without an end");
        }
        return c == '\\' ? escaped(true) : CodePoints.of(c, c);
    }

    private int single(CodePoints set) {
        int only = set.isEmpty() ? 0 : set.example();
        if (!set.equals(CodePoints.of(only, only))) {
            throw refused("a range that begins or ends with a set");
        }
        return only;
    }

    private CodePoints escaped(boolean inSet) {
        int c = next();
        return switch (c) {
            case 'd' -> CodePoints.DIGITS;
            case 'D' -> CodePoints.DIGITS.complement();
            case 'w' -> CodePoints.WORD;
            case 'W' -> CodePoints.WORD.complement();
            case 's' -> CodePoints.SPACE;
            case 'S' -> CodePoints.SPACE.complement();
            case 'p' -> property();
            case 'P' -> property().complement();
            default -> {
                int only = character(c, inSet);
                yield CodePoints.of(only, only);
            }
        };
    }

    private int character(int c, boolean inSet) {
        return switch (c) {
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 'v' -> 0x0b;
            case 'f' -> '\f';
            case '0' -> nul();
            case 'c' -> control();
            case 'x' -> hex(2);
            case 'u' -> unit();
            default -> {
                if (c == 'b' && inSet) {
                    yield '\b';
                }
                if (c == END || (SYNTAX.indexOf(c) < 0 && c != '/' && !(inSet && c == '-'))) {
                    throw refused("an escape that is none");
                }
                yield c;
            }
        };
    }

    private int nul() {
        if (peek() >= '0' && peek() <= '9') {
            throw refused("an octal escape");
        }
        return 0;
    }

    private int control() {
        int letter = next();
        if ((letter < 'a' || letter > 'z') && (letter < 'A' || letter > 'Z')) {
            throw refused("an escape that is none");
        }
        return letter % 32;
    }

    private int unit() {
        if (take('{')) {
            int code = 0;
            do {
                code = Math.min(16 * code + hex(1), Character.MAX_CODE_POINT + 1);
            } while (peek() != '}');
            at++;
            if (code > Character.MAX_CODE_POINT) {
                throw refused("a character beyond Unicode");
            }
            return code;
        }
        int unit = hex(4);
        if (Character.isHighSurrogate((char) unit)
                && peek() == '\\'
                && at + 1 < source.length
                && source[at + 1] == 'u') {
            int behind = at;
            at += 2;
            char second = peek() == '{' ? 0 : (char) hex(4);
            if (Character.isLowSurrogate(second)) {
                return Character.toCodePoint((char) unit, second);
            }
            at = behind;
        }
        return unit;
    }

    private int hex(int digits) {
        int value = 0;
        for (int i = 0; i < digits; i++) {
            int c = next();
            int digit = c < 0x80 ? Character.digit(c, 16) : -1; // Java knows digits of other scripts too
            if (digit < 0) {
                throw refused("an escape that is none");
            }
            value = 16 * value + digit;
        }
        return value;
    }

    private CodePoints property() {
        StringBuilder name = new StringBuilder();
        if (take('{')) {
            while (peek() != '}' && peek() != END) {
                name.appendCodePoint(next());
            }
        }
        if (name.length() == 0 || !take('}')) {
            throw refused("a property of Unicode without a name");
        }
        try {
            return CodePoints.ofProperty(name.toString());
        } catch (IllegalArgumentException unknown) {
            throw refused("a property of Unicode that is not known");
        }
    }

    private int peek() {
        return at < source.length ? source[at] : END;
    }

    private int next() {
        return at < source.length ? source[at++] : END;
    }

    private boolean take(int c) {
        if (peek() == c) {
            at++;
            return true;
        }
        return false;
    }

    private IllegalArgumentException refused(String what) {
        return new IllegalArgumentException(what + ", before or at character " + Math.min(at, source.length));
    }
}
