package dev.portcullis.client.selfaudit;

import java.util.regex.Pattern;

/**
 * Text of the server under audit that goes to a terminal and into reports: it can't move the cursor or reorder a line (CWE-150), and
 * does not hand on a token that the server repeated (CWE-532).
 */
final class PrintableText {
    private static final int MAX_LENGTH = 300;

    /** A JSON object in Base64, as JWTs begin, and what belongs to it. */
    private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_-]{8,}+(?:\\.[A-Za-z0-9_-]*+){0,2}+");

    private PrintableText() {}

    static String of(String text) {
        StringBuilder safe = new StringBuilder();
        TOKEN.matcher(text).replaceAll("[token]").codePoints().limit(MAX_LENGTH).forEach(each -> {
            switch (Character.getType(each)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.UNASSIGNED,
                        Character.PRIVATE_USE -> safe.append('?');
                default -> safe.appendCodePoint(each);
            }
        });
        return safe.toString();
    }
}
