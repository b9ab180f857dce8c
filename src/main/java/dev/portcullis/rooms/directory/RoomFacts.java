package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.Permit;
import java.util.Optional;

/**
 * The stored facts about a room and one user, at one moment.
 *
 * @param room the room's record; empty for a room that no user created
 * @param deleted whether a user created it, and it was deleted since; its id is not free again yet
 * @param mutedUntil the end of the mute in milliseconds; empty unless a mute is in force
 * @param barred whether the user was removed and not added again; the stream keeps the bar, so this is set only where the asker
 * has read it
 * @param deletedByUser whether the room was deleted, and by this user
 * @param permits the permits of actions that these facts allow
 */
public record RoomFacts(
        Optional<Room> room,
        boolean deleted,
        Optional<Membership> membership,
        Optional<Long> mutedUntil,
        boolean barred,
        boolean deletedByUser,
        Permits permits) {
    /** The facts of a room and a user that the store does not know. */
    public static final RoomFacts NONE =
            new RoomFacts(Optional.empty(), false, Optional.empty(), Optional.empty(), false, false);

    /** Makes facts that no store told, and that permit without conditions. */
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
     * The permits that these facts give: the rows that must be unchanged when the user acts in the room. A membership takes
     * nothing away, so a new one changes nothing; for a user who is no member the room must stay as it is.
     *
     * @param toSpeak the permit with the rows of a mute, which forbids speaking
     */
    public record Permits(Permit toAct, Permit toSpeak) {
        static final Permits NONE = new Permits(Permit.UNCONDITIONAL, Permit.UNCONDITIONAL);
    }
}
