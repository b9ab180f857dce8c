package dev.portcullis.protocol;

import java.util.List;
import java.util.Optional;

/**
 * The sender of a frame, taken from the verified session and never from the frame.
 *
 * @param rooms the rooms that the token grants: names, or prefixes ending in {@code *}
 */
public record Sender(UserId userId, Optional<String> username, Role role, List<String> rooms, String sessionId) {
    public Sender {
        rooms = GrantedRooms.of(rooms);
    }

    /** The user whose bar refuses what is sent to a room. No bar applies to an admin. */
    public Optional<UserId> barrable() {
        return role == Role.ADMIN ? Optional.empty() : Optional.of(userId);
    }

    /** Whether the token grants the room. */
    public boolean isGranted(RoomId room) {
        return GrantedRooms.of(rooms).cover(room);
    }
}
