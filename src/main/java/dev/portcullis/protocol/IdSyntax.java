package dev.portcullis.protocol;

/** The written forms of ids: checked by hand, since a regex would cost more than the rest of a frame. */
public final class IdSyntax {
    private static final boolean[] ID = alphabet("_-");
    private static final boolean[] ROOM = alphabet("_.:-");
    private static final boolean[] USER = alphabet("_.:@|+-");
    private static final boolean[] MIME = alphabet("!#$&^_.+-");
    private static final boolean[] URI = alphabet("-._~:/?#[]@!$&'()*+,;=%");
    private static final boolean[] ALPHANUMERIC = alphabet("");
    private static final String HTTPS = "https://";

    private IdSyntax() {}

    public static boolean isFrameId(String text) {
        return isWithin(text, 64) && isAll(ID, text, 0, text.length());
    }

    public static boolean isEpoch(String text) {
        return isWithin(text, 32) && isAll(ID, text, 0, text.length());
    }

    public static boolean isRoomId(String text) {
        return isWithin(text, 64) && isName(ROOM, text, 0, text.length());
    }

    public static boolean isUserId(String text) {
        return isWithin(text, 128) && isName(USER, text, 0, text.length());
    }

    public static boolean isUuid(String text) {
        if (text.length() != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? text.charAt(i) != '-' : !isHex(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /**
     * The characters of RFC 3986 and no others, so that a URL can't end the attribute in double quotes that it is put in
     * (CWE-79). The apostrophe is one of them: who delivers a URL encodes it.
     */
    public static boolean isHttpsUrl(String text) {
        return text.startsWith(HTTPS)
                && text.length() > HTTPS.length()
                && isAll(URI, text, HTTPS.length(), text.length());
    }

    /** RFC 6838, 4.2, without parameters. */
    public static boolean isMime(String text) {
        int slash = text.indexOf('/');
        return slash > 0 && isName(MIME, text, 0, slash) && isName(MIME, text, slash + 1, text.length());
    }

    /** Without half a surrogate pair, which no UTF-8 can hold (RFC 8259, 8.2). */
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

    private static boolean isWithin(String text, int max) {
        return !text.isEmpty() && text.length() <= max;
    }

    private static boolean isName(boolean[] alphabet, String text, int from, int to) {
        return from < to && isAll(ALPHANUMERIC, text, from, from + 1) && isAll(alphabet, text, from, to);
    }

    private static boolean isAll(boolean[] alphabet, String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c >= alphabet.length || !alphabet[c]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
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
