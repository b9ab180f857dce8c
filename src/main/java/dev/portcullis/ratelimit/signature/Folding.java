package dev.portcullis.ratelimit.signature;

/**
 * Maps each character to the one that an interpreter may take it for: lower case, full width as ASCII, one kind of
 * space. Spaces stand only between words afterwards, since most grammars ignore all others.
 */
final class Folding {
    /** Stands for a character that leaves no trace, such as a zero-width joiner. */
    static final char NOTHING = '\0';

    private static final int FULL_WIDTH = 0xFEE0;
    private static final int ASCII = 0x80;
    private static final char[] FOLDED = new char[ASCII];
    private static final boolean[] WORD = new boolean[ASCII];
    private static final boolean[] ESCAPES = new boolean[ASCII];

    static {
        for (char c = 0; c < ASCII; c++) {
            boolean upper = c >= 'A' && c <= 'Z';
            FOLDED[c] = c <= ' ' || c == 0x7F ? ' ' : (char) (upper ? c + 32 : c);
            WORD[c] = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
            ESCAPES[c] = "%&\\/$".indexOf(c) >= 0;
        }
    }

    private Folding() {}

    static char fold(char c) {
        if (c < ASCII) {
            return FOLDED[c];
        }
        if (c >= 0xFF01 && c <= 0xFF5E) {
            return fold((char) (c - FULL_WIDTH));
        }
        if (c == 0x3000 || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x85) {
            return ' ';
        }
        if (c == 0x2044 || c == 0x2215 || c == 0x2216) {
            return c == 0x2216 ? '\\' : '/';
        }
        boolean invisible = (c >= 0x200B && c <= 0x200F)
                || (c >= 0x202A && c <= 0x202E)
                || (c >= 0x2060 && c <= 0x2069)
                || (c >= 0xFE00 && c <= 0xFE0F)
                || c == 0xFEFF
                || c == 0xAD;
        return invisible ? NOTHING : c;
    }

    static boolean isWord(char folded) {
        return folded >= ASCII || WORD[folded];
    }

    /** Whether it may begin an encoding of another character. */
    static boolean isSuspicious(char folded) {
        return folded >= ASCII || ESCAPES[folded];
    }

    /** Whether NFKC may make ASCII of it, beyond what {@link #fold} does. */
    static boolean isCompatibility(char c) {
        return (c >= 0xB2 && c <= 0xBE)
                || c == 0xAA
                || c == 0x17F
                || (c >= 0x1D2C && c <= 0x1D6A)
                || c == 0x2024
                || c == 0x2025
                || (c >= 0x2047 && c <= 0x2049)
                || (c >= 0x2070 && c <= 0x209F)
                || (c >= 0x2100 && c <= 0x217F)
                || (c >= 0x2460 && c <= 0x24FF)
                || (c >= 0xFB00 && c <= 0xFB06)
                || (c >= 0xFE10 && c <= 0xFE6F)
                || c == 0xD835; // mathematical letters
    }

    static String collapse(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean space = false;
        char last = NOTHING;
        for (int i = 0; i < text.length(); i++) {
            char c = fold(text.charAt(i));
            if (c == ' ') {
                space = true;
            } else if (c != NOTHING) {
                if (space && isWord(last) && isWord(c)) {
                    out.append(' ');
                }
                out.append(c);
                last = c;
                space = false;
            }
        }
        return out.toString();
    }
}
