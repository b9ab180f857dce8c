package dev.portcullis.content;

/** Writes characters so that HTML shows them as they are, between tags and within quoted attributes (CWE-79). */
public final class HtmlEscaper {
    private static final String MARKUP = "&<>\"'";

    private HtmlEscaper() {}

    static boolean isNeeded(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (MARKUP.indexOf(text.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    public static String all(String text) {
        if (!isNeeded(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 32);
        append(out, text);
        return out.toString();
    }

    static void append(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            append(out, text.charAt(i));
        }
    }

    static void append(StringBuilder out, char each) {
        switch (each) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            case '\'' -> out.append("&#39;");
            default -> out.append(each);
        }
    }
}
