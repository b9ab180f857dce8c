package dev.portcullis.client.selfaudit;

/** Text of the server under audit that goes to a terminal: it can't move the cursor or reorder a line (CWE-150). */
final class PrintableText {
    private static final int MAX_LENGTH = 300;

    private PrintableText() {}

    static String of(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().limit(MAX_LENGTH).forEach(each -> {
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
