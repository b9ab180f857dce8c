package dev.portcullis.content;

/** Finds where a link in running text ends. */
final class LinkScanner {
    private static final String NEVER_WITHIN = "<>\"'`{}|^";
    private static final String NEVER_LAST = ".,;:!?";

    private LinkScanner() {}

    /**
     * The index after the {@code http://} or {@code https://} link that begins at {@code at}, or {@code at} if there is
     * none.
     */
    static int endOfLink(String text, int at) {
        int rest = afterScheme(text, at);
        if (rest == at) {
            return at;
        }
        int end = rest;
        while (end < text.length() && isLinkCharacter(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        end = withoutPunctuation(text, rest, end);
        return end > rest ? end : at;
    }

    private static int afterScheme(String text, int at) {
        if (text.regionMatches(true, at, "https://", 0, 8)) {
            return at + 8;
        }
        return text.regionMatches(true, at, "http://", 0, 7) ? at + 7 : at;
    }

    private static boolean isLinkCharacter(int codePoint) {
        if (codePoint < 0x80) {
            return codePoint > ' ' && codePoint != 0x7F && NEVER_WITHIN.indexOf(codePoint) < 0;
        }
        // Format characters are invisible and could disguise a link.
        return !Character.isSpaceChar(codePoint)
                && !Character.isISOControl(codePoint)
                && Character.getType(codePoint) != Character.FORMAT;
    }

    /** Trailing punctuation isLinkCharacter to the sentence, and so does a closing bracket that the link did not open. */
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
