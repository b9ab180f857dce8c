package dev.portcullis.config;

import dev.portcullis.config.text.SafeExcerpt;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Formats the operator's input for a problem: short, on one line, and harmless to a terminal (CWE-150). */
public final class DisplaySafe {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_$-]{1,64}");

    private DisplaySafe() {}

    public static String value(@Nullable Object value) {
        return value instanceof Map || value instanceof List ? kind(value) : SafeExcerpt.of(Json.write(value));
    }

    /** Names only the type of a value where an object or list is needed: the value may be a misplaced secret. */
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

    /** A URI with its user and password redacted. */
    public static String address(String uri) {
        return uri.replaceAll("(?s)//.*@", "//" + Secret.REDACTED + "@");
    }

    /** A key within a path. */
    public static String name(String name) {
        return PLAIN.matcher(name).matches() ? name : value(name);
    }
}
