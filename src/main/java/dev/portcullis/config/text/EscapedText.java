package dev.portcullis.config.text;

import java.util.Locale;

/**
 * Text on one line in which a terminal or a viewer finds nothing to act on: controls (C1 too), bidi, invisible and
 * line-separating characters are escaped (CWE-117, CWE-150).
 */
public final class EscapedText {
    private EscapedText() {}

    public static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(each -> {
            if (isInvisible(each) || Character.getType(each) == Character.SURROGATE) {
                out.append(String.format(Locale.ROOT, "\\u%04x", each));
            } else {
                out.appendCodePoint(each);
            }
        });
        return out.toString();
    }

    public static boolean isInvisible(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
