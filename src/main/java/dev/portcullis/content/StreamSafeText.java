package dev.portcullis.content;

/**
 * Text without long runs of combining marks (UAX #15, Stream-Safe Text Format). To normalise a text sorts the marks of each run by
 * insertion, so a run of thousands takes a tenth of a second (CWE-407). No language needs a run as long as the one that is kept.
 */
public final class StreamSafeText {
    private static final int MOST_MARKS = 30;

    private StreamSafeText() {}

    /** The same text with the first marks of each run. */
    public static String of(String text) {
        int marks = 0;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            marks = isMark(codePoint) ? marks + 1 : 0;
            if (marks > MOST_MARKS) {
                return shortened(text);
            }
            i += Character.charCount(codePoint);
        }
        return text;
    }

    private static String shortened(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        int marks = 0;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            marks = isMark(codePoint) ? marks + 1 : 0;
            if (marks <= MOST_MARKS) {
                kept.appendCodePoint(codePoint);
            }
            i += Character.charCount(codePoint);
        }
        return kept.toString();
    }

    /** Each character that is sorted is a mark. */
    private static boolean isMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK;
    }
}
