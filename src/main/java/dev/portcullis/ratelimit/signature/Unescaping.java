package dev.portcullis.ratelimit.signature;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Undoes one layer of the encodings under which probes are hidden: percent (also overlong UTF-8 and {@code %uXXXX}),
 * character references of HTML, escapes of JavaScript, and comments of SQL (CWE-172, CWE-176). Text that is not well-formed
 * stays as it is.
 */
final class Unescaping {
    private static final int LONGEST_REFERENCE = 10;
    private static final Map<String, String> NAMED = Map.of(
            "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "amp", "&", "colon", ":", "lpar", "(", "rpar", ")", "tab",
            " ", "newline", " ");

    private final String text;
    private final StringBuilder out;
    private int at;
    private boolean noCommentEnds;

    private Unescaping(String text) {
        this.text = text;
        this.out = new StringBuilder(text.length());
    }

    static String once(String text) {
        return new Unescaping(text).run();
    }

    private String run() {
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean done = switch (c) {
                case '%' -> percent();
                case '&' -> reference();
                case '\\' -> escape();
                case '/' -> comment();
                default -> false;
            };
            if (!done) {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }

    private boolean percent() {
        if (at + 1 < text.length() && (text.charAt(at + 1) | 32) == 'u' && isHex(at + 2, 4)) {
            return take(hex(at + 2, 4), 6);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (at < text.length() && text.charAt(at) == '%' && isHex(at + 1, 2)) {
            bytes.write(hex(at + 1, 2));
            at += 3;
        }
        appendUtf8(bytes.toByteArray());
        return bytes.size() > 0;
    }

    /** RFC 3629 3 forbids overlong forms; old decoders take them, so they are decoded here. */
    private void appendUtf8(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            int first = bytes[i] & 0xFF;
            if ((first == 0xC0 || first == 0xC1) && i + 1 < bytes.length) {
                out.append((char) (((first & 1) << 6) | (bytes[++i] & 0x3F)));
            } else if (first == 0xE0 && i + 2 < bytes.length && (bytes[i + 1] & 0xFF) < 0xA0) {
                out.append((char) (((bytes[i + 1] & 0x3F) << 6) | (bytes[i + 2] & 0x3F)));
                i += 2;
            } else {
                int length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
                int end = Math.min(bytes.length, i + length);
                out.append(new String(bytes, i, end - i, StandardCharsets.UTF_8));
                i = end - 1;
            }
        }
    }

    private boolean reference() {
        if (at + 2 < text.length() && text.charAt(at + 1) == '#') {
            return number();
        }
        int stop = Math.min(text.length(), at + LONGEST_REFERENCE);
        int end = at + 1;
        while (end < stop && text.charAt(end) != ';') {
            end++;
        }
        Optional<String> named = end == stop
                ? Optional.empty()
                : Optional.ofNullable(NAMED.get(text.substring(at + 1, end).toLowerCase(Locale.ROOT)));
        if (named.isPresent()) {
            out.append(named.get());
            at = end + 1;
        }
        return named.isPresent();
    }

    /** A browser takes a numeric reference without its semicolon, too. */
    private boolean number() {
        boolean hexadecimal = (text.charAt(at + 2) | 32) == 'x';
        int start = at + (hexadecimal ? 3 : 2);
        int end = start;
        int value = 0;
        while (end < text.length()
                && end - start < 8
                && Character.digit(text.charAt(end), hexadecimal ? 16 : 10) >= 0) {
            value = value * (hexadecimal ? 16 : 10) + Character.digit(text.charAt(end), hexadecimal ? 16 : 10);
            end++;
        }
        if (end == start || !Character.isValidCodePoint(value)) {
            return false;
        }
        out.appendCodePoint(value);
        at = end < text.length() && text.charAt(end) == ';' ? end + 1 : end;
        return true;
    }

    private boolean escape() {
        if (at + 1 >= text.length()) {
            return false;
        }
        char kind = text.charAt(at + 1);
        if (kind == 'x' && isHex(at + 2, 2)) {
            return take(hex(at + 2, 2), 4);
        }
        return kind == 'u' && isHex(at + 2, 4) && take(hex(at + 2, 4), 6);
    }

    /**
     * A comment separates words. The part that MySQL executes in a comment, behind an exclamation mark and a version, stays.
     */
    private boolean comment() {
        if (noCommentEnds || !text.startsWith("/*", at)) {
            return false;
        }
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
            noCommentEnds = true; // else each begin would search the rest again
            return false;
        }
        int start = at + 2;
        if (start < end && text.charAt(start) == '!') {
            start++;
            while (start < end && Character.isDigit(text.charAt(start))) {
                start++;
            }
            out.append(' ').append(text, start, end);
        }
        out.append(' ');
        at = end + 2;
        return true;
    }

    private boolean take(int c, int length) {
        out.append((char) c);
        at += length;
        return true;
    }

    private boolean isHex(int from, int length) {
        if (from + length > text.length()) {
            return false;
        }
        for (int i = from; i < from + length; i++) {
            if (Character.digit(text.charAt(i), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    private int hex(int from, int length) {
        return Integer.parseInt(text, from, from + length, 16);
    }
}
