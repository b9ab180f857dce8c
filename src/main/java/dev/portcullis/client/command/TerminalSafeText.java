package dev.portcullis.client.command;

import java.util.Set;

/** Makes text of other users and of the server harmless for a terminal. */
public final class TerminalSafeText {
    private static final String INDENT = System.lineSeparator() + "    | ";
    private static final int BIDI_FIRST = 0x202A;
    private static final int BIDI_LAST = 0x202E;
    private static final int ISOLATE_FIRST = 0x2066;
    private static final int ISOLATE_LAST = 0x2069;

    private static final Set<Integer> BIDI_MARKS = Set.of(0x061C, 0x200E, 0x200F);

    private TerminalSafeText() {}

    /**
     * Escape sequences could move the cursor, set the title or fake input (CWE-150); bidi controls reorder what is read
     * (CVE-2021-42574); a bare line break would forge a line of its own (CWE-117), so further lines are indented.
     */
    public static String text(String foreign) {
        StringBuilder safe = new StringBuilder(foreign.length());
        foreign.codePoints().forEach(point -> {
            if (point == '\n') {
                safe.append(INDENT);
            } else if (isUnsafe(point)) {
                safe.append(String.format("\\u%04x", point));
            } else {
                safe.appendCodePoint(point);
            }
        });
        return safe.toString();
    }

    /** The same for text that must stay on one line. */
    public static String singleLine(String foreign) {
        return text(foreign.replace("\n", "\\u000a"));
    }

    private static boolean isUnsafe(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            case Character.FORMAT -> isBidi(point) || point > Character.MAX_VALUE; // joiners of scripts and emoji stay
            default -> false;
        };
    }

    private static boolean isBidi(int point) {
        return BIDI_MARKS.contains(point)
                || within(point, BIDI_FIRST, BIDI_LAST)
                || within(point, ISOLATE_FIRST, ISOLATE_LAST);
    }

    private static boolean within(int point, int first, int last) {
        return point >= first && point <= last;
    }
}
