package dev.portcullis.protocol;

/** Where: 1 to 64 of letters, digits and {@code _.:-}, beginning with a letter or digit. */
public record RoomId(String value) {
    public RoomId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not a room id");
        }
    }

    public static boolean isValid(String value) {
        return IdSyntax.isRoomId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
