package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The end of a page of rooms. It names a place in the order, not an entry, so it stays valid whatever is deleted or added.
 *
 * @param after the last room before this place; empty at the beginning of the list
 */
public record RoomCursor(RoomList.Kind kind, Optional<RoomId> after) {
    /** The beginning of the rooms of a user. */
    public static final RoomCursor START = new RoomCursor(RoomList.Kind.OWNED, Optional.empty());

    /** The beginning of the public rooms that users have created. */
    public static final RoomCursor PUBLIC = new RoomCursor(RoomList.Kind.PUBLIC, Optional.empty());

    public String text() {
        return kind.name().toLowerCase(Locale.ROOT) + "~"
                + after.map(RoomId::value).orElse("");
    }

    public static Optional<RoomCursor> parse(String text) {
        int tilde = text.indexOf('~');
        String room = text.substring(tilde + 1);
        if (tilde < 0 || !(room.isEmpty() || RoomId.isValid(room))) {
            return Optional.empty();
        }
        String name = text.substring(0, tilde).toUpperCase(Locale.ROOT);
        return Stream.of(RoomList.Kind.values())
                .filter(kind -> kind != RoomList.Kind.PUBLISHED && kind.name().equals(name))
                .map(kind -> new RoomCursor(kind, room.isEmpty() ? Optional.empty() : Optional.of(new RoomId(room))))
                .findFirst();
    }

    /** Whether both are in lists that are shown together: those of the user, or the public one. */
    public boolean isBesides(RoomCursor other) {
        return (kind == RoomList.Kind.PUBLIC) == (other.kind == RoomList.Kind.PUBLIC);
    }

    public Optional<RoomCursor> nextList() {
        return switch (kind) {
            case OWNED -> Optional.of(new RoomCursor(RoomList.Kind.JOINED, Optional.empty()));
            case JOINED -> Optional.of(new RoomCursor(RoomList.Kind.ADDED, Optional.empty()));
            case ADDED -> Optional.of(PUBLIC);
            case PUBLIC, PUBLISHED -> Optional.empty();
        };
    }
}
