package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.Permit;
import java.util.Optional;

/**
 * What the store knows of a room and one user, at one moment.
 *
 * @param room empty for a room that no user created
 * @param deleted whether a user created it, and it was deleted since; its id is not free yet
 * @param mutedUntil in milliseconds; empty unless a mute is in force
 * @param barred whether the user was removed and not added again; the stream's bar, where the asker has read it
 * @param deletedByUser whether the room was deleted, and by this user
 * @param permits on which what these facts permit rests
 */
public record RoomFacts(
        Optional<Room> room,
        boolean deleted,
        Optional<Membership> membership,
        Optional<Long> mutedUntil,
        boolean barred,
        boolean deletedByUser,
        Permits permits) {
    /** Nothing, of a room and a user that the store does not know. */
    public static final RoomFacts NONE =
            new RoomFacts(Optional.empty(), false, Optional.empty(), Optional.empty(), false, false);

    /** Facts that no store told. */
    public RoomFacts(
            Optional<Room> room,
            boolean deleted,
            Optional<Membership> membership,
            Optional<Long> mutedUntil,
            boolean barred,
            boolean deletedByUser) {
        this(room, deleted, membership, mutedUntil, barred, deletedByUser, Permits.NONE);
    }

    public RoomFacts withBar(boolean bar) {
        return new RoomFacts(room, deleted, membership, mutedUntil, bar, deletedByUser, permits);
    }

    /**
     * The rows of these facts that must still be so when the user acts in the room. A membership takes nothing away, so one that
     * came since changes nothing.
     *
     * @param toSpeak with those of what a mute forbids
     */
    public record Permits(Permit toAct, Permit toSpeak) {
        static final Permits NONE = new Permits(Permit.UNCONDITIONAL, Permit.UNCONDITIONAL);
    }
}
