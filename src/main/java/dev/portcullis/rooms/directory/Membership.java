package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomRole;

/** A user's membership of a room, and their role there. It makes no admin; only a token does. */
public record Membership(RoomRole role) {
    public Membership {
        if (role == RoomRole.ADMIN) { // a row in the store must not reach beyond its room (CWE-269)
            throw new IllegalArgumentException("no room makes an admin");
        }
    }
}
