package dev.portcullis.rooms.directory;

import java.util.Optional;

/**
 * What the store knows of a room and one user, at one moment.
 *
 * @param room empty for a room that no user created
 * @param deleted whether a user created it, and it was deleted since; its id is not free yet
 * @param mutedUntil in milliseconds; empty unless a mute is in force
 * @param barred whether the user was removed and not added again; the stream's bar, where the asker has read it
 * @param deletedByUser whether the room was deleted, and by this user
 */
public record RoomFacts(
        Optional<Room> room,
        boolean deleted,
        Optional<Membership> membership,
        Optional<Long> mutedUntil,
        boolean barred,
        boolean deletedByUser) {
    /** Of a room of which the store knows nothing. */
    public static final RoomFacts NONE =
            new RoomFacts(Optional.empty(), false, Optional.empty(), Optional.empty(), false, false);

    public RoomFacts withBar(boolean bar) {
        return new RoomFacts(room, deleted, membership, mutedUntil, bar, deletedByUser);
    }
}
