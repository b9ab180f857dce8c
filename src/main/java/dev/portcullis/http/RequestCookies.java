package dev.portcullis.http;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Reads the {@code Cookie} lines of a request. Vert.x reads only the first line, and only the first of two of a name. */
public final class RequestCookies {
    private static final int MAX_LENGTH = 8_192;

    private RequestCookies() {}

    /**
     * All values of a name, in order. A page of a sibling domain can add a second one (RFC 6265 section 8.6), so a
     * caller must not choose among different values.
     *
     * @param lines all {@code Cookie} lines
     */
    public static List<String> values(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.length() <= MAX_LENGTH)
                .flatMap(line -> Arrays.stream(line.split(";")))
                .flatMap(pair -> value(withoutSpaces(pair), name))
                .toList();
    }

    /**
     * Nothing else is left out: a browser takes any other character for a part of the name, and refuses only names that
     * begin with {@code __Host-} to sibling domains (draft 6265bis section 4.1.3).
     */
    private static String withoutSpaces(String pair) {
        int from = 0;
        int to = pair.length();
        while (from < to && isSpace(pair.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(pair.charAt(to - 1))) {
            to--;
        }
        return pair.substring(from, to);
    }

    private static boolean isSpace(char each) {
        return each == ' ' || each == '\t';
    }

    private static Stream<String> value(String pair, String name) {
        return pair.startsWith(name + "=") ? Stream.of(unquoted(pair.substring(name.length() + 1))) : Stream.empty();
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
