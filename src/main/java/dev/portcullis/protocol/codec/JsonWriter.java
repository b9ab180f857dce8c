package dev.portcullis.protocol.codec;

import dev.portcullis.protocol.Target;
import java.util.Arrays;
import java.util.Optional;

/** Writes JSON directly as UTF-8. An absent value is left out; null is written only where it says something by itself. */
final class JsonWriter {
    private static final String HEX = "0123456789abcdef";
    private static final int REPLACEMENT = 0xfffd;
    private static final int MAX_CHAR_BYTES = 4;

    private byte[] bytes;
    private int size;
    private boolean comma;
    private int split = -1;

    JsonWriter(int expected) {
        bytes = new byte[expected];
    }

    JsonWriter open() {
        return begin('{');
    }

    JsonWriter openObject(String name) {
        return name(name).begin('{');
    }

    JsonWriter openArray(String name) {
        return name(name).begin('[');
    }

    JsonWriter close() {
        return end('}');
    }

    JsonWriter closeArray() {
        return end(']');
    }

    JsonWriter text(String name, String value) {
        return name(name).string(value);
    }

    JsonWriter text(String name, Optional<String> value) {
        return value.isPresent() ? text(name, value.get()) : this;
    }

    JsonWriter target(Target target) {
        return target.fold(room -> text("roomId", room.value()), user -> text("recipientId", user.value()));
    }

    JsonWriter none(String name) {
        name(name).ascii("null");
        return done();
    }

    JsonWriter number(String name, long value) {
        name(name).ascii(Long.toString(value));
        return done();
    }

    JsonWriter flag(String name, boolean value) {
        name(name).ascii(Boolean.toString(value));
        return done();
    }

    JsonWriter texts(String name, Iterable<String> values) {
        openArray(name);
        values.forEach(this::item);
        return closeArray();
    }

    JsonWriter item(String value) {
        return next().string(value);
    }

    /** @param encoded JSON, which is copied unchanged */
    JsonWriter raw(String name, byte[] encoded) {
        return name(name).item(encoded);
    }

    /** @param encoded JSON, which is copied unchanged */
    JsonWriter item(byte[] encoded) {
        next().reserve(encoded.length);
        System.arraycopy(encoded, 0, bytes, size, encoded.length);
        size += encoded.length;
        return done();
    }

    /** An array whose elements are inserted later, at {@link #split()}. */
    JsonWriter split(String name) {
        openArray(name);
        split = size;
        return closeArray();
    }

    /** The end of the text if nothing is inserted. */
    int split() {
        return split < 0 ? size : split;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private JsonWriter begin(char bracket) {
        next().put(bracket);
        comma = false;
        return this;
    }

    private JsonWriter end(char bracket) {
        put(bracket);
        return done();
    }

    private JsonWriter name(String name) {
        next().put('"');
        ascii(name).put('"');
        put(':');
        comma = false;
        return this;
    }

    private JsonWriter next() {
        if (comma) {
            put(',');
        }
        return this;
    }

    private JsonWriter done() {
        comma = true;
        return this;
    }

    private JsonWriter string(String text) {
        put('"');
        for (int i = plain(text); i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                int codePoint = text.codePointAt(i);
                utf8(codePoint);
                i += Character.charCount(codePoint) - 1;
            } else if (c < ' ' || c == '"' || c == '\\') {
                escape(c);
            } else {
                put(c);
            }
        }
        put('"');
        return done();
    }

    /** Writes the first characters of a text as far as none is escaped or longer than a byte: mostly all. Returns how many. */
    private int plain(String text) {
        int length = text.length();
        reserve(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || c < ' ' || c == '"' || c == '\\') {
                return i;
            }
            bytes[size++] = (byte) c;
        }
        return length;
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> {
                put('\\');
                put(c);
            }
            case '\n' -> ascii("\\n");
            case '\t' -> ascii("\\t");
            default -> {
                ascii("\\u00");
                put(HEX.charAt(c >> 4));
                put(HEX.charAt(c & 0xf));
            }
        }
    }

    private void utf8(int codePoint) {
        // An unpaired surrogate has no UTF-8 form (RFC 3629, 3).
        int valid = Character.getType(codePoint) == Character.SURROGATE ? REPLACEMENT : codePoint;
        reserve(MAX_CHAR_BYTES);
        if (valid < 0x800) {
            bytes[size++] = (byte) (0xc0 | (valid >> 6));
        } else if (Character.isBmpCodePoint(valid)) {
            bytes[size++] = (byte) (0xe0 | (valid >> 12));
            tail(valid >> 6);
        } else {
            bytes[size++] = (byte) (0xf0 | (valid >> 18));
            tail(valid >> 12);
            tail(valid >> 6);
        }
        tail(valid);
    }

    private void tail(int bits) {
        bytes[size++] = (byte) (0x80 | (bits & 0x3f));
    }

    private JsonWriter ascii(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
        return this;
    }

    private void put(char ascii) {
        reserve(1);
        bytes[size++] = (byte) ascii;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }
}
