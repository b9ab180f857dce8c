package dev.portcullis.content;

/** Names, reasons and other short texts that users influence: one line, bounded, safe as HTML. */
public final class PlainText {
    private PlainText() {}

    /** @param max code points that are kept, counted before escaping */
    public static String clean(String input, int max) {
        String text = TextNormalizer.withoutForbidden(input, max);
        return HtmlEscaper.all(text.replace('\n', ' ').replace('\t', ' '));
    }
}
