package dev.portcullis.ratelimit.signature;

import java.util.ArrayDeque;

/**
 * Resolves the look-ups of Log4j that only spell other text, such as <code>${lower:j}</code> or <code>${::-j}</code>
 * (CVE-2021-44228).
 */
final class Log4jLookups {
    /** No spelling of a letter or two is longer, and the work for each closing brace is bounded. */
    private static final int LONGEST = 64;

    private Log4jLookups() {}

    static String resolve(String text) {
        StringBuilder out = new StringBuilder(text.length());
        ArrayDeque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '$' && text.startsWith("${", i)) {
                open.push(out.length());
                out.append("${");
                i++;
            } else if (c == '}' && !open.isEmpty()) {
                close(out, open.pop());
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static void close(StringBuilder out, int start) {
        String inner = out.length() - start > LONGEST ? "" : out.substring(start + 2);
        int fallback = inner.indexOf(":-");
        if (fallback >= 0) {
            replace(out, start, inner.substring(fallback + 2));
        } else if (inner.startsWith("lower:") || inner.startsWith("upper:")) {
            replace(out, start, inner.substring(6));
        } else if (inner.startsWith("date:'") && inner.endsWith("'") && inner.length() > 6) {
            replace(out, start, inner.substring(6, inner.length() - 1));
        } else {
            out.append('}');
        }
    }

    private static void replace(StringBuilder out, int start, String by) {
        out.setLength(start);
        out.append(by);
    }
}
