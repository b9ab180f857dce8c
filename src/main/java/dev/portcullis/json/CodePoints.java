package dev.portcullis.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/** A set of code points: pairs of first and last, sorted, with a gap between any two. */
final class CodePoints {
    static final CodePoints ALL = of(0, Character.MAX_CODE_POINT);
    static final CodePoints DIGITS = of('0', '9');
    static final CodePoints WORD = union(List.of(of('a', 'z'), of('A', 'Z'), DIGITS, of('_', '_')));
    private static final CodePoints LINE_ENDS = union(List.of(of('\n', '\n'), of('\r', '\r'), of(0x2028, 0x2029)));

    /** The set that {@code .} matches. */
    static final CodePoints NO_LINE_END = LINE_ENDS.complement();

    /** ECMA-262, WhiteSpace and LineTerminator. */
    static final CodePoints SPACE = union(List.of(
            LINE_ENDS,
            of('\t', '\t'),
            of(0x0b, 0x0c),
            of(' ', ' '),
            of(0xa0, 0xa0),
            of(0x1680, 0x1680),
            of(0x2000, 0x200a),
            of(0x202f, 0x202f),
            of(0x205f, 0x205f),
            of(0x3000, 0x3000),
            of(0xfeff, 0xfeff)));

    /** The number of properties that are kept; an application names a few. */
    private static final int MAX_KEPT = 100;

    /**
     * The sets of properties: finding the characters of one takes some milliseconds, and each event loop reads each pattern.
     */
    private static final Map<String, CodePoints> BY_PROPERTY = new ConcurrentHashMap<>();

    private final int[] bounds;

    private CodePoints(int[] bounds) {
        this.bounds = bounds;
    }

    static CodePoints of(int first, int last) {
        return new CodePoints(new int[] {first, last});
    }

    static CodePoints union(List<CodePoints> sets) {
        List<int[]> ranges = new ArrayList<>();
        for (CodePoints set : sets) {
            for (int i = 0; i < set.bounds.length; i += 2) {
                ranges.add(new int[] {set.bounds[i], set.bounds[i + 1]});
            }
        }
        ranges.sort(Comparator.comparingInt(range -> range[0]));
        int[] joined = new int[2 * ranges.size()];
        int size = 0;
        for (int[] range : ranges) {
            if (size > 0 && range[0] <= joined[size - 1] + 1) {
                joined[size - 1] = Math.max(joined[size - 1], range[1]);
            } else {
                joined[size++] = range[0];
                joined[size++] = range[1];
            }
        }
        return new CodePoints(Arrays.copyOf(joined, size));
    }

    /**
     * The characters with a property of Unicode.
     *
     * @param name as ECMA-262 writes it: {@code L}, {@code Lu}, {@code Script=Greek}, {@code Alphabetic}
     * @throws IllegalArgumentException for a property that is not known
     */
    static CodePoints ofProperty(String name) {
        CodePoints kept = BY_PROPERTY.get(name);
        if (kept != null) {
            return kept;
        }
        CodePoints found = search(name);
        if (BY_PROPERTY.size() < MAX_KEPT) {
            BY_PROPERTY.put(name, found);
        }
        return found;
    }

    private static CodePoints search(String name) {
        IntPredicate property =
                UnicodeProperties.of(name).orElseThrow(() -> new IllegalArgumentException("\\p{" + name + "}"));
        List<CodePoints> found = new ArrayList<>();
        int first = -1;
        for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
            boolean in = c <= Character.MAX_CODE_POINT && property.test(c);
            if (in && first < 0) {
                first = c;
            } else if (!in && first >= 0) {
                found.add(of(first, c - 1));
                first = -1;
            }
        }
        return union(found);
    }

    CodePoints complement() {
        List<CodePoints> gaps = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            if (bounds[i] > next) {
                gaps.add(of(next, bounds[i] - 1));
            }
            next = bounds[i + 1] + 1;
        }
        if (next <= Character.MAX_CODE_POINT) {
            gaps.add(of(next, Character.MAX_CODE_POINT));
        }
        return union(gaps);
    }

    CodePoints and(CodePoints other) {
        return union(List.of(complement(), other.complement())).complement();
    }

    boolean isEmpty() {
        return bounds.length == 0;
    }

    boolean has(int codePoint) {
        for (int i = 0; i < bounds.length; i += 2) {
            if (codePoint >= bounds[i] && codePoint <= bounds[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /** A character of the set that can be shown, if there is one. */
    int example() {
        for (int c = 'a'; c <= 'z'; c++) {
            if (has(c)) {
                return c;
            }
        }
        for (int c = '!'; c < 0x7f; c++) {
            if (has(c)) {
                return c;
            }
        }
        return bounds[0];
    }

    /** Writes it as a set in brackets. */
    void write(StringBuilder into) {
        into.append(isEmpty() ? "[^" : "[");
        int[] written = isEmpty() ? ALL.bounds : bounds;
        for (int i = 0; i < written.length; i += 2) {
            into.append("\\x{").append(Integer.toHexString(written[i])).append('}');
            if (written[i + 1] > written[i]) {
                into.append("-\\x{").append(Integer.toHexString(written[i + 1])).append('}');
            }
        }
        into.append(']');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CodePoints set && Arrays.equals(bounds, set.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }
}
