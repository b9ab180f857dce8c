package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.Room.Visibility;
import dev.portcullis.store.StoreFailure;
import java.util.Optional;

/**
 * The stored form of a room, under its id: {@code 1 <visibility> <creator> <created at> <name>}. A room with a topic has format
 * 2, in which a line feed and the topic follow: neither text can contain a line feed.
 */
final class RoomRow {
    private static final String FORMAT = "1";
    private static final String WITH_TOPIC = "2";
    private static final int PARTS = 5;

    private RoomRow() {}

    static String encode(Room room) {
        return String.join(
                " ",
                room.topic().isPresent() ? WITH_TOPIC : FORMAT,
                room.visibility().id(),
                room.creator().value(),
                Long.toString(room.createdAt()),
                room.topic().map(topic -> room.name() + '\n' + topic).orElse(room.name()));
    }

    /** Fails for an unreadable row: without it a token could open the room (CWE-636). */
    static Room decode(RoomId id, String row) {
        String[] parts = row.split(" ", PARTS);
        if (parts.length != PARTS || !(parts[0].equals(FORMAT) || parts[0].equals(WITH_TOPIC))) {
            throw unreadable();
        }
        int end = parts[0].equals(WITH_TOPIC) ? parts[4].indexOf('\n') : parts[4].length();
        if (end < 0) {
            throw unreadable();
        }
        Optional<String> topic = end == parts[4].length() ? Optional.empty() : Optional.of(parts[4].substring(end + 1));
        try {
            Visibility visibility = Visibility.of(parts[1]).orElseThrow(RoomRow::unreadable);
            return new Room(
                    id, parts[4].substring(0, end), topic, visibility, new UserId(parts[2]), Long.parseLong(parts[3]));
        } catch (IllegalArgumentException malformed) {
            throw unreadable();
        }
    }

    private static StoreFailure unreadable() {
        return new StoreFailure("a room can't be read");
    }
}
