package dev.portcullis.protocol;

import java.util.regex.Pattern;

/** Where: 1 to 64 of letters, digits and {@code _.:-}, beginning with a letter or digit. */
public record RoomId(String value) {
    public static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}");

    public RoomId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a room id");
        }
    }

    public static boolean isValid(String value) {
        return FORM.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
