package dev.portcullis.content;

/** Where a link in running text ends. */
final class LinkScanner {
    private static final String NEVER_WITHIN = "<>\"'`{}|^";
    private static final String NEVER_LAST = ".,;:!?";

    private LinkScanner() {}

    /** Just behind the {@code http://} or {@code https://} link that begins here, or here if none does. */
    static int endOfLink(String text, int at) {
        int rest = behindScheme(text, at);
        if (rest == at) {
            return at;
        }
        int end = rest;
        while (end < text.length() && belongs(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        end = withoutPunctuation(text, rest, end);
        return end > rest ? end : at;
    }

    private static int behindScheme(String text, int at) {
        if (text.regionMatches(true, at, "https://", 0, 8)) {
            return at + 8;
        }
        return text.regionMatches(true, at, "http://", 0, 7) ? at + 7 : at;
    }

    private static boolean belongs(int codePoint) {
        if (codePoint < 0x80) {
            return codePoint > ' ' && codePoint != 0x7F && NEVER_WITHIN.indexOf(codePoint) < 0;
        }
        // Format characters are invisible, and would hide in a link what it is.
        return !Character.isSpaceChar(codePoint)
                && !Character.isISOControl(codePoint)
                && Character.getType(codePoint) != Character.FORMAT;
    }

    /** The full stop belongs to the sentence, and a bracket to whoever opened it. */
    private static int withoutPunctuation(String text, int from, int to) {
        int surplus = 0;
        for (int i = from; i < to; i++) {
            surplus += text.charAt(i) == ')' ? 1 : text.charAt(i) == '(' ? -1 : 0;
        }
        int end = to;
        while (end > from) {
            char last = text.charAt(end - 1);
            if (last == ')' && surplus > 0) {
                surplus--;
            } else if (NEVER_LAST.indexOf(last) < 0) {
                break;
            }
            end--;
        }
        return end;
    }
}
