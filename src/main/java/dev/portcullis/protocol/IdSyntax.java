package dev.portcullis.protocol;

/**
 * The syntax of ids. It holds for every id, also for one that comes in no frame. The check is written by hand, because
 * a regular expression costs more than the rest of decoding a frame; a test compares it with the patterns of the
 * schemas.
 */
public final class IdSyntax {
    private static final boolean[] ROOM = alphabet("_.:-");
    private static final boolean[] USER = alphabet("_.:@|+-");
    private static final boolean[] ALPHANUMERIC = alphabet("");

    private IdSyntax() {}

    static boolean isRoomId(String text) {
        return isName(ROOM, text, 64);
    }

    static boolean isUserId(String text) {
        return isName(USER, text, 128);
    }

    /** Whether the text has no unpaired surrogate, which UTF-8 cannot encode (RFC 8259, 8.2). */
    public static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!paired) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static boolean isName(boolean[] alphabet, String text, int maxLength) {
        if (text.isEmpty() || text.length() > maxLength || !isIn(ALPHANUMERIC, text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            if (!isIn(alphabet, text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isIn(boolean[] alphabet, char c) {
        return c < alphabet.length && alphabet[c];
    }

    private static boolean[] alphabet(String others) {
        boolean[] alphabet = new boolean[128];
        for (char c = 0; c < alphabet.length; c++) {
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean digit = c >= '0' && c <= '9';
            alphabet[c] = letter || digit || others.indexOf(c) >= 0;
        }
        return alphabet;
    }
}
