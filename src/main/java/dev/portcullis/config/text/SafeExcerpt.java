package dev.portcullis.config.text;

/** The beginning of a text, on one line and with escaped control characters (CWE-150). */
public final class SafeExcerpt {
    private static final int MAX = 80;

    private SafeExcerpt() {}

    public static String of(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().limit(MAX).forEach(each -> {
            switch (Character.getType(each)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> out.append(String.format("\\u%04x", each));
                default -> out.appendCodePoint(each);
            }
        });
        return text.codePoints().skip(MAX).findAny().isPresent() ? out + "…" : out.toString();
    }
}
