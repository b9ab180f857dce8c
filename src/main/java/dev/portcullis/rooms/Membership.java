package dev.portcullis.rooms;

/** That somebody belongs to a room, and as what. Nobody is an admin by it: that only a token says. */
public record Membership(RoomRole role) {
    public Membership {
        if (role == RoomRole.ADMIN) { // a row in the store must not reach beyond its room (CWE-269)
            throw new IllegalArgumentException("no room makes an admin");
        }
    }
}
