package dev.portcullis.archive.postgres;

import java.nio.charset.StandardCharsets;

/** Texts as PostgreSQL can store them: it has no NUL, which ids of clients that search for one may have. */
final class StorableText {
    private static final char ESCAPE = '\\';
    private static final char NUL = '\0';
    private static final char WRITTEN_NUL = '0';

    private StorableText() {}

    static String encode(String text) {
        if (text.indexOf(ESCAPE) < 0 && text.indexOf(NUL) < 0 && text.chars().noneMatch(StorableText::isSurrogate)) {
            return text;
        }
        // Half a surrogate pair becomes a question mark, as in the rows of the store.
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                .replace("\\", "\\\\")
                .replace("\0", "\\0");
    }

    static String decode(String stored) {
        if (stored.indexOf(ESCAPE) < 0) {
            return stored;
        }
        StringBuilder text = new StringBuilder(stored.length());
        for (int i = 0; i < stored.length(); i++) {
            char each = stored.charAt(i);
            if (each == ESCAPE) {
                i++;
                each = stored.charAt(i) == WRITTEN_NUL ? NUL : ESCAPE;
            }
            text.append(each);
        }
        return text.toString();
    }

    private static boolean isSurrogate(int each) {
        return Character.isSurrogate((char) each);
    }
}
