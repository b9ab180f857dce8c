package dev.portcullis.protocol;

import java.util.List;
import java.util.Optional;

/**
 * Who a frame comes from, as the verified session says; never as the frame says.
 *
 * @param rooms what the token grants: names, or prefixes ending in {@code *}
 */
public record Sender(UserId userId, Optional<String> username, Role role, List<String> rooms, String sessionId) {
    public Sender {
        rooms = GrantedRooms.of(rooms);
    }

    /** Whether the token grants it. */
    public boolean isGranted(RoomId room) {
        return GrantedRooms.of(rooms).cover(room);
    }
}
