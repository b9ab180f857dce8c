package dev.portcullis.content;

/**
 * Checks the name of a file. Nothing is removed from it silently: a name that could lead to another folder is refused.
 */
public final class FileName {
    /** Code points of a name as it is shown. */
    private static final int MAX = 255;

    private FileName() {}

    /**
     * No path (CWE-22), no drive, no control character, which could end a name early, one line, and something that is seen.
     * The check sees the name as it reads once overrides are stripped, isolates are closed and what can be composed is: it may
     * be longer then.
     */
    public static boolean isAllowed(String name) {
        String shown = TextNormalizer.withoutForbidden(name, name.length());
        if (!PlainText.isSeen(shown) || shown.contains("..") || hasDrive(shown) || isTooLong(shown)) {
            return false;
        }
        return name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c) || endsLine(c));
    }

    private static boolean endsLine(int each) {
        return each == PlainText.LINE_SEPARATOR || each == PlainText.PARAGRAPH_SEPARATOR;
    }

    /** How an allowed name is shown: without overrides, which would make {@code exe.png} of {@code gnp.exe}. */
    public static String shown(String name) {
        return TextNormalizer.withoutForbidden(name, name.length());
    }

    private static boolean isTooLong(String shown) {
        return shown.codePointCount(0, shown.length()) > MAX;
    }

    private static boolean hasDrive(String name) {
        return name.length() > 1 && name.charAt(1) == ':' && Character.isLetter(name.charAt(0));
    }
}
