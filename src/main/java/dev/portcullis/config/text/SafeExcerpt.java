package dev.portcullis.config.text;

/** The beginning of a text, on one line and with escaped control characters (CWE-150). */
public final class SafeExcerpt {
    private static final int MAX = 80;

    private SafeExcerpt() {}

    public static String of(String text) {
        boolean isLonger = text.codePoints().skip(MAX).findAny().isPresent();
        return isLonger
                ? EscapedText.of(text.substring(0, text.offsetByCodePoints(0, MAX))) + "…"
                : EscapedText.of(text);
    }
}
