package dev.portcullis.content;

/** Judges the name a file is given. Nothing is cut out of it silently: a name that could lead elsewhere is refused. */
public final class FileName {
    private FileName() {}

    /** No path (CWE-22), no drive, nothing that would end a name early; as it reads once overrides are stripped. */
    public static boolean isAllowed(String name) {
        String shown = TextNormalizer.keepingTheGood(name, name.length());
        if (shown.isBlank() || shown.contains("..") || hasDrive(shown)) {
            return false;
        }
        return name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c));
    }

    private static boolean hasDrive(String name) {
        return name.length() > 1 && name.charAt(1) == ':' && Character.isLetter(name.charAt(0));
    }
}
