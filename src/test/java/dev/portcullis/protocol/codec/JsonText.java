package dev.portcullis.protocol.codec;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Prints trees of maps, lists, strings and booleans. It keeps what a JSON library would repair, such as unpaired
 * surrogates.
 */
public final class JsonText {
    private static final HexFormat HEX = HexFormat.of();

    /** A number, or any other text that is printed unchanged. */
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
            text.chars().forEach(c -> print((char) c, out));
            out.append('"');
        } else {
            out.append(value instanceof Literal literal ? literal.text() : String.valueOf(value));
        }
    }

    /** Written by hand for speed: the tests print hundreds of thousands of long texts of rare characters. */
    private static void print(char c, StringBuilder out) {
        if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
            out.append(c);
        } else {
            out.append("\\u").append(HEX.toHexDigits(c));
        }
    }
}
