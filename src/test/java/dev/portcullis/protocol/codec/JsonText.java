package dev.portcullis.protocol.codec;

import java.util.List;
import java.util.Map;

/** Prints trees of maps, lists, strings and booleans, keeping what a JSON library would mend, such as half pairs. */
public final class JsonText {
    /** A number, or anything else that is to be printed as it is. */
    public record Literal(String text) {}

    private JsonText() {}

    public static String print(Object value) {
        StringBuilder out = new StringBuilder();
        print(value, out);
        return out.toString();
    }

    private static void print(Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            String comma = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(comma);
                print(entry.getKey(), out);
                out.append(':');
                print(entry.getValue(), out);
                comma = ",";
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            String comma = "[";
            for (Object item : list) {
                out.append(comma);
                print(item, out);
                comma = ",";
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String text) {
            out.append('"');
            text.chars()
                    .forEach(c -> out.append(
                            c >= ' ' && c < 0x7f && c != '"' && c != '\\'
                                    ? String.valueOf((char) c)
                                    : "\\u%04x".formatted(c)));
            out.append('"');
        } else {
            out.append(value instanceof Literal literal ? literal.text() : String.valueOf(value));
        }
    }
}
