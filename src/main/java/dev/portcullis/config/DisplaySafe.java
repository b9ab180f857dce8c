package dev.portcullis.config;

import dev.portcullis.config.text.SafeExcerpt;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The operator's words as a problem repeats them: short, on one line, and harmless to a terminal (CWE-150). */
public final class DisplaySafe {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_$-]{1,64}");

    private DisplaySafe() {}

    public static String value(@Nullable Object value) {
        return value instanceof Map || value instanceof List ? kind(value) : SafeExcerpt.of(Json.write(value));
    }

    /** For a value in a place where a structure should be: what was meant for a secret may have slipped there. */
    public static String kind(@Nullable Object value) {
        if (value instanceof Map) {
            return "an object";
        }
        if (value instanceof List) {
            return "a list";
        }
        if (value instanceof String) {
            return "a text";
        }
        return value instanceof Number ? "a number" : String.valueOf(value);
    }

    /** A URI without the user and the password that may stand in it. */
    public static String address(String uri) {
        return uri.replaceAll("(?s)//.*@", "//" + Secret.REDACTED + "@");
    }

    /** A key within a path. */
    public static String name(String name) {
        return PLAIN.matcher(name).matches() ? name : value(name);
    }
}
