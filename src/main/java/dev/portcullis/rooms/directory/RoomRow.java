package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.store.StoreFailure;

/** A room as the stores keep it, under its id: {@code 1 <visibility> <creator> <created at> <name>}. */
final class RoomRow {
    private static final String FORMAT = "1";
    private static final int PARTS = 5;

    private RoomRow() {}

    static String encode(Room room) {
        return String.join(
                " ",
                FORMAT,
                room.visibility().id(),
                room.creator().value(),
                Long.toString(room.createdAt()),
                room.name());
    }

    /** Fails for an unreadable one: without it a token could open the room (CWE-636). */
    static Room decode(RoomId id, String row) {
        String[] parts = row.split(" ", PARTS);
        if (parts.length != PARTS || !parts[0].equals(FORMAT)) {
            throw unreadable();
        }
        try {
            Visibility visibility = Visibility.of(parts[1]).orElseThrow(RoomRow::unreadable);
            return new Room(id, parts[4], visibility, new UserId(parts[2]), Long.parseLong(parts[3]));
        } catch (IllegalArgumentException malformed) {
            throw unreadable();
        }
    }

    private static StoreFailure unreadable() {
        return new StoreFailure("a room can't be read");
    }
}
