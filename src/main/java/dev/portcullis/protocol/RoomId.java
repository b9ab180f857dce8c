package dev.portcullis.protocol;

/** The id of a room: 1 to 64 letters, digits and {@code _.:-}, starting with a letter or digit. */
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
