package dev.portcullis.content;

import java.util.Optional;

/** Names, reasons and other short texts that users influence: one line, bounded, safe as HTML. */
public final class PlainText {
    /** The Braille pattern without a dot is a symbol, and blank. */
    private static final int BLANK_PATTERN = 0x2800;

    static final char LINE_SEPARATOR = '\u2028';
    static final char PARAGRAPH_SEPARATOR = '\u2029';

    private PlainText() {}

    /** Whether any character of the text is visible by itself: an invisible name looks as if there were none (CWE-451). */
    public static boolean isSeen(String text) {
        return text.codePoints().anyMatch(PlainText::isSeen);
    }

    private static boolean isSeen(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.CONTROL,
                    Character.FORMAT,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> codePoint != BLANK_PATTERN && !DefaultIgnorable.contains(codePoint);
        };
    }

    /** The clean text; empty if nothing of it is visible. */
    public static Optional<String> seen(String input, int max) {
        return Optional.of(clean(input, max)).filter(PlainText::isSeen);
    }

    /** @param max code points that are kept, counted before escaping */
    public static String clean(String input, int max) {
        return HtmlEscaper.all(line(input, max));
    }

    /** The text as one line, not yet safe as HTML. */
    public static String line(String input, int max) {
        String text = TextNormalizer.withoutForbidden(input, max);
        return text.replace('\t', ' ')
                .replace('\n', ' ')
                .replace(LINE_SEPARATOR, ' ')
                .replace(PARAGRAPH_SEPARATOR, ' ');
    }
}
