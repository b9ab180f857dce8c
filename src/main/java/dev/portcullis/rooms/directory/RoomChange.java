package dev.portcullis.rooms.directory;

/** The result of changing a room. Only {@link #DONE} changed anything. */
public enum RoomChange {
    DONE,
    /** The membership, or the record, on which the change was decided has changed: decide again. */
    CHANGED,
    /** A room of this id exists, or did until recently. */
    TAKEN,
    /** The room was deleted, or no user created it. */
    ABSENT,
    /** The room has the most members, or mutes, that it may have. */
    FULL,
    TOO_MANY_ROOMS,
    LAST_OWNER,
    /** The change came after its latest time: the caller has given up, or the room's entry in a list may be gone. */
    LATE;
}
